import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { ask, pathOf, type Problem, type Query } from '../api/client';
import type { Page, RecoverySummary } from '../api/types';
import { idOf, liveness, recoveries, type RecoveryState } from '../fleet/fleet';
import { learn, learnRecord, withoutStage } from './known';
import { readRecord } from './reading';

const pageSize = 50;

/** How far a list was read: the oldest id of it, and where more of it is; null where there is no more. */
export type Reach = { oldest: string | null; next: string | null; cluster: string | null };

/**
 * What a list shows, newest first: all that are known as far as it was read. Ids begin with the instant, so their order
 * is that of time; what an event tells of an older one waits until the list has come so far.
 */
export const listed = (all: Iterable<RecoveryState>, { oldest, next, cluster }: Reach): RecoveryState[] =>
  [...all]
    .filter(({ recovery }) => cluster === null || recovery.cluster === cluster)
    .filter(({ recovery }) => next === null || (oldest !== null && recovery.id >= oldest))
    .sort((a, b) => (a.recovery.id < b.recovery.id ? 1 : -1));

/** The recoveries of one cluster, or of all, kept live; `more` reads the next page. */
export const useListed = (cluster: string | null) => {
  const reach = useSignal<Reach | null>(null);
  const problem = useSignal<Problem | null>(null);
  const busy = useSignal(false);
  const isThere = useRef(true);
  useEffect(() => () => { isThere.current = false; }, []);

  const read = async (query: Query, isFirst: boolean) => {
    busy.value = true;
    const path = cluster === null ? '/recoveries' : pathOf('/clusters/{cluster}/recoveries', { cluster });
    const page = await ask<Page<RecoverySummary>>(path, { limit: pageSize, ...query });
    if (!isThere.current) return;
    busy.value = false;
    problem.value = page.ok ? null : page.problem;
    if (!page.ok) return;
    learn(page.value.items);
    for (const one of withoutStage(page.value.items)) void readStage(one.id);
    // The first page again, after the stream stood still, brings what is new and nothing further back.
    if (!isFirst || reach.peek() === null) reach.value = reachOf(page.value, cluster);
  };
  const isLive = useComputed(() => liveness.value.is === 'live');
  useSignalEffect(() => {
    void isLive.value;
    void read({}, true);
  });
  const items = useComputed(() => {
    const at = reach.value;
    return at && listed([...recoveries.value.values()].map((one) => one.value), at);
  });
  const more = () => { if (reach.value?.next) void read(queryOf(reach.value.next), false); };
  return { items: items.value, problem: problem.value, isMore: reach.value?.next != null, isBusy: busy.value, more };
};

const readStage = async (id: string) => {
  const answer = await readRecord(id);
  if (answer.ok) learnRecord(answer.value);
};

const reachOf = ({ items, next }: Page<RecoverySummary>, cluster: string | null): Reach => ({
  oldest: items.at(-1)?.id ?? null, next: next ?? null,
  // A name may be an alias or a server: what was read says which cluster it means.
  cluster: cluster === null ? null : items[0]?.cluster ?? idOf(cluster) ?? cluster,
});

const queryOf = (next: string): Query =>
  Object.fromEntries(new URL(next, location.origin).searchParams.entries());
