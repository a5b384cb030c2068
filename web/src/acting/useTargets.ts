import { useEffect, useState } from 'preact/hooks';
import type { Operation } from '../app/session';
import { members } from '../fleet/fleet';
import type { Values } from './form';
import { askOptions, inOrder, type About, type Target } from './options';

/** What the options of an operation are asked about; null where its subject is not given yet. */
export const aboutOf = (operation: Operation, given: Values): About | null => {
  const subject = given[operation.subject];
  if (!subject) return null;
  return operation.path.includes('{cluster}') ? { cluster: subject } : { instance: subject };
};

/** The servers that the operation may name, those that can be chosen first; of other fields all of the cluster. */
export const useTargets = (operation: Operation, given: Values) => {
  const [targets, setTargets] = useState<Target[] | null>(null);
  const about = aboutOf(operation, given);
  useEffect(() => {
    if (!about || !operation.target || given[operation.target]) return undefined;
    const cancel = new AbortController();
    askOptions(about, cancel.signal).then((answer) => {
      if (!answer.ok || cancel.signal.aborted) return;
      const mine = answer.value.options.find((one) => one.operation === operation.name);
      if (mine?.targets) setTargets(inOrder(mine.targets));
    }, () => undefined);
    return () => cancel.abort();
  }, [operation.name, JSON.stringify(about)]);
  const all = [...members.value.keys()].map((key) => ({ key }));
  return { targets: targets ?? all, all };
};
