import { batch, computed, signal, type Signal } from '@preact/signals';
import { now } from '../parts/time';
import type { Analysis, Cluster, ClusterSummary, Health, Member, RecoverySummary } from '../api/types';

/**
 * What the page knows, one signal for each small thing: a server that is another way redraws its own card and no other.
 */
export type Known<T> = ReadonlyMap<string, Signal<T>>;

/** All clusters by their ids; null until they were read once. */
export const clusters = signal<Known<ClusterSummary> | null>(null);

/** What is wrong, by the id of the cluster. */
export const analyses = signal<Known<Analysis[]>>(new Map());

/** The cluster that is open, without its servers; null where none is, or it was not read yet. */
export const opened = signal<Omit<Cluster, 'members'> | null>(null);

/** Its servers by their keys. */
export const members = signal<Known<Member>>(new Map());

/** Recoveries that were told or read, by their ids. */
export const recoveries = signal<Known<RecoveryState>>(new Map());

export const health = signal<Health | null>(null);

/** A recovery as lists tell it, with its newest stage; 0 stages where only a list told it. */
export type RecoveryState = { recovery: RecoverySummary; stage: string | null; stages: number };

/** Whether what is shown goes on being told: since when it does not, and why. */
export type Liveness =
  | { is: 'starting' }
  | { is: 'live'; at: number }
  | { is: 'stale'; since: number; because: string };

export const liveness = signal<Liveness>({ is: 'starting' });

/** Puts one value in its place: a new one makes a new map, a known one tells its own signal. */
export const put = <T>(into: Signal<Known<T>>, key: string, value: T) => {
  const known = into.value.get(key);
  if (known) known.value = value;
  else into.value = new Map([...into.value, [key, signal(value)]]);
};

export const take = <T>(from: Signal<Known<T>>, key: string) => {
  if (!from.value.has(key)) return;
  const left = new Map(from.value);
  left.delete(key);
  from.value = left;
};

/** All values anew; signals of what stays are kept. */
export const putAll = <T>(into: Signal<Known<T>> | Signal<Known<T> | null>, values: Iterable<[string, T]>) => batch(() => {
  const before = into.value ?? new Map<string, Signal<T>>();
  const now = new Map<string, Signal<T>>();
  for (const [key, value] of values) {
    const known = before.get(key);
    if (known) known.value = value;
    now.set(key, known ?? signal(value));
  }
  into.value = now;
});

/** The name of a cluster for people. */
export const nameOf = (cluster: { cluster: string; alias: string }) => cluster.alias || cluster.cluster;

/** By id, alias or member: the id of the cluster that a name means; null for one that is not known. */
export const idOf = (name: string) => {
  const all = clusters.value;
  if (!all || all.has(name)) return all ? name : null;
  for (const [id, one] of all) if (one.peek().alias.toLowerCase() === name.toLowerCase()) return id;
  return null;
};

const recoveriesKept = 400;

/** Keeps a recovery; of many the oldest that have ended are let go. Ids begin with the instant. */
export const putRecovery = (id: string, state: RecoveryState) => {
  put(recoveries, id, state);
  if (recoveries.peek().size <= recoveriesKept) return;
  const ended = [...recoveries.peek()].filter(([, one]) => one.peek().recovery.endedAt).map(([key]) => key).sort();
  const dropped = new Set(ended.slice(0, recoveries.peek().size - recoveriesKept / 2));
  recoveries.value = new Map([...recoveries.peek()].filter(([key]) => !dropped.has(key)));
};

/** Ticks come every 5 s: after so long without one what is shown is old, whatever the connection says. */
const patience = 8000;

/** For how many ms nothing was told; null while what is shown is believed. */
export const staleFor = computed(() => {
  const state = liveness.value;
  if (state.is === 'starting') return null;
  const silent = now.value - (state.is === 'live' ? state.at : state.since);
  return state.is === 'stale' || silent > patience ? Math.max(0, silent) : null;
});
