import { batch, computed, signal, type Signal } from '@preact/signals';
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

/** How long ago the newest tick was told, in ms; null before the first. */
export const toldAt = computed(() => (liveness.value.is === 'live' ? liveness.value.at : null));
