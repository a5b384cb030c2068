import { batch } from '@preact/signals';
import { ask, askAll, type Problem } from '../api/client';
import { isSignedOut } from '../api/signIn';
import type { SentEvent } from '../api/sse';
import { listen } from '../api/stream';
import type { Analysis, Cluster, ClusterSummary, Health, Member, RecoverySummary } from '../api/types';
import {
  analyses, clusters, health, liveness, members, opened, put, putAll, recoveries, take, type Known, type RecoveryState,
} from './fleet';
import type { Signal } from '@preact/signals';

/**
 * Follows all clusters, or one of them with its servers, until it is cancelled. It listens first and reads after
 * `reset`, so nothing is missed in between. `problem` is told what cannot be read, and null when it was.
 */
export const follow = (cluster: string | null, cancel: AbortSignal, problem: (of: Problem | null) => void) => {
  const begin = async () => {
    await read(cluster, cancel, problem);
    if (!cancel.aborted) liveness.value = { is: 'live', at: Date.now() };
  };
  const told = (event: SentEvent) => {
    if (cancel.aborted) return;
    if (event.kind === 'reset') void begin();
    else apply(event);
  };
  const isOpen = (open: boolean, why?: Problem) => {
    if (why?.status === 401) isSignedOut.value = true;
    if (why && (why.status === 404 || why.status === 403)) problem(why);
    if (!open) stale(why?.because ?? 'the stream of events has ended');
  };
  void listen(cluster, { told, isOpen }, cancel);
  // The stream begins with the next picture; what is stored can be shown before.
  void read(cluster, cancel, problem);
};

/** Puts what an event tells in its place. An event holds the whole new value, so it may come twice. */
export const apply = (event: SentEvent) => {
  const data = JSON.parse(event.data) as Record<string, unknown>;
  switch (event.kind) {
    case 'cluster': return takeCluster(data as unknown as ClusterSummary);
    case 'cluster-gone': return take(clusters as Signal<Known<ClusterSummary>>, String(data.cluster));
    case 'analysis': return put(analyses, String(data.cluster), data.items as Analysis[]);
    case 'server': return takeServer(String(data.cluster), data.server as Member);
    case 'server-gone': return takeGone(String(data.cluster), String(data.key));
    case 'recovery': return put(recoveries, (data.recovery as RecoverySummary).id, data as unknown as RecoveryState);
    case 'tick': liveness.value = { is: 'live', at: Date.now() }; return;
    case 'stale': return stale(String(data.says));
  }
};

const takeCluster = (summary: ClusterSummary) => batch(() => {
  if (clusters.value) put(clusters as Signal<Known<ClusterSummary>>, summary.cluster, summary);
  const open = opened.value;
  if (open?.cluster === summary.cluster)
    opened.value = { ...open, alias: summary.alias, primary: summary.primary ?? null, downtime: summary.downtime ?? null };
});

const takeServer = (cluster: string, server: Member) => {
  if (opened.value?.cluster === cluster) put(members, server.key, server);
};

const takeGone = (cluster: string, key: string) => {
  if (opened.value?.cluster === cluster) take(members, key);
};

const stale = (because: string) => {
  const was = liveness.value;
  liveness.value = { is: 'stale', since: was.is === 'stale' ? was.since : Date.now(), because };
};

const read = async (cluster: string | null, cancel: AbortSignal, problem: (of: Problem | null) => void) => {
  const why = cluster === null ? await readFleet(cancel) : await readCluster(cluster, cancel);
  if (cancel.aborted) return;
  if (why?.status === 401) isSignedOut.value = true;
  problem(why);
};

const readFleet = async (cancel: AbortSignal): Promise<Problem | null> => {
  const [all, wrong] = await Promise.all([
    askAll<ClusterSummary>('/clusters', { limit: 500 }), askAll<Analysis>('/analysis', { limit: 500 }), readHealth(),
  ]);
  if (cancel.aborted) return null;
  if (!all.ok) return all.problem;
  if (!wrong.ok) return wrong.problem;
  batch(() => {
    putAll(clusters, all.value.map((one) => [one.cluster, one]));
    putAll(analyses, grouped(all.value, wrong.value));
  });
  return null;
};

const grouped = (all: ClusterSummary[], wrong: Analysis[]) => {
  const groups = new Map<string, Analysis[]>(all.map((one) => [one.cluster, []]));
  for (const one of wrong) groups.get(one.cluster)?.push(one);
  return groups;
};

/** Reads one cluster with what is wrong in it. */
export const readCluster = async (cluster: string, cancel: AbortSignal): Promise<Problem | null> => {
  const path = `/clusters/${encodeURIComponent(cluster)}`;
  const [found, wrong] = await Promise.all([
    ask<Cluster>(`${path}/topology`), ask<{ items: Analysis[] }>(`${path}/analysis`), readHealth(),
  ]);
  if (cancel.aborted) return null;
  if (!found.ok) return found.problem;
  if (!wrong.ok) return wrong.problem;
  batch(() => {
    const { members: servers, ...about } = found.value;
    opened.value = about;
    putAll(members, servers.map((one) => [one.key, one]));
    put(analyses, about.cluster, wrong.value.items);
  });
  return null;
};

/** Reads whether the fleet is watched and could be recovered. */
export const readHealth = async () => {
  const answer = await ask<Health>('/health');
  if (answer.ok) health.value = answer.value;
};
