import { effect } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import type { Problem } from '../api/client';
import { members, opened } from '../fleet/fleet';
import { askOptions, type About, type Options } from './options';
import { settling } from './settle';

/** What can be done, as it was read last; `problem` where the newest reading failed. */
export type Read = { options: Options | null; problem: Problem | null };

/** Reads the signals of every server of the open cluster: a target is judged by more than one of them. */
export const watchCluster = () => {
  void opened.value;
  for (const one of members.value.values()) void one.value;
};

/** Servers of a busy cluster are another way all the time: it is read again then too, but not more often than this. */
const pause = 2000, longest = 15_000;

/** Reads what can be done, and again when what it is judged by has changed: `watched` reads the signals of that. */
export const useOptions = (about: About, watched: () => void): Read => {
  const [read, setRead] = useState<Read & { of: string }>({ options: null, problem: null, of: '' });
  const of = 'instance' in about ? about.instance : about.cluster;
  useEffect(() => {
    let cancel = new AbortController();
    const ask = () => {
      cancel.abort();
      cancel = new AbortController();
      const mine = cancel.signal;
      askOptions(about, mine).then((answer) => {
        if (!mine.aborted) setRead((before) => after(before, of, answer));
      }, () => undefined);
    };
    const again = settling(ask, pause, longest);
    let isFirst = true;
    const stop = effect(() => {
      watched();
      if (!isFirst) again.touch();
      isFirst = false;
    });
    ask();
    return () => {
      stop();
      again.stop();
      cancel.abort();
    };
  }, [of]);
  return read.of === of ? read : { options: null, problem: null };
};

const after = (before: Read & { of: string }, of: string, answer: Awaited<ReturnType<typeof askOptions>>) =>
  (answer.ok
    ? { options: answer.value, problem: null, of }
    : { options: before.of === of ? before.options : null, problem: answer.problem, of });
