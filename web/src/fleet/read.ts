import { batch } from '@preact/signals';
import { ask, askAll, type Problem } from '../api/client';
import type { Analysis, Cluster, ClusterSummary, Health, RecoveryAnswer, RecoverySummary } from '../api/types';
import { analyses, clusters, health, members, opened, put, putAll, putRecovery, recoveries, take } from './fleet';

/** What was read, not yet shown: `place` shows it. `lacks`: why a part of it could not be read. */
export type Read = { ok: true; place: () => void; lacks: Problem | null } | { ok: false; problem: Problem };

const recoveriesRead = 50;

/** Reads all clusters with what is wrong in them, and the newest recoveries. */
export const readFleet = async (cancel: AbortSignal): Promise<Read> => {
  const [all, wrong, recent] = await Promise.all([
    askAll<ClusterSummary>('/clusters', { limit: 500 }), askAll<Analysis>('/analysis', { limit: 500 }),
    readRecoveries('/recoveries', cancel), readHealth(),
  ]);
  if (!all.ok) return all;
  if (!wrong.ok) return wrong;
  return { ok: true, lacks: recent.ok ? null : recent.problem, place: () => batch(() => {
    putAll(clusters, all.value.map((one) => [one.cluster, one]));
    putAll(analyses, grouped(all.value, wrong.value));
    if (recent.ok) placeRecoveries(recent.value, null);
  }) };
};

/** Reads one cluster with what is wrong in it, and its newest recoveries. */
export const readCluster = async (cluster: string, cancel: AbortSignal): Promise<Read> => {
  const path = `/clusters/${encodeURIComponent(cluster)}`;
  const [found, wrong, recent] = await Promise.all([
    ask<Cluster>(`${path}/topology`), ask<{ items: Analysis[] }>(`${path}/analysis`),
    readRecoveries(`${path}/recoveries`, cancel), readHealth(),
  ]);
  if (!found.ok) return found;
  if (!wrong.ok) return wrong;
  return { ok: true, lacks: recent.ok ? null : recent.problem, place: () => batch(() => {
    const { members: servers, ...about } = found.value;
    opened.value = about;
    putAll(members, servers.map((one) => [one.key, one]));
    put(analyses, about.cluster, wrong.value.items);
    if (recent.ok) placeRecoveries(recent.value, about.cluster);
  }) };
};

/** Reads whether the fleet is watched and could be recovered; what is no such answer changes nothing. */
export const readHealth = async () => {
  const answer = await ask<Health>('/health');
  if (answer.ok && typeof answer.value?.healthy === 'boolean') health.value = answer.value;
};

type Recent = { summary: RecoverySummary; record: RecoveryAnswer | null };

// Lists do not tell how far a recovery is: of those that run the record is read too.
const readRecoveries = async (path: string, cancel: AbortSignal) => {
  const page = await ask<{ items: RecoverySummary[] }>(path, { limit: recoveriesRead });
  if (!page.ok) return page;
  const recent = await Promise.all(page.value.items.map(async (summary): Promise<Recent> => {
    if (summary.endedAt || cancel.aborted) return { summary, record: null };
    const record = await ask<RecoveryAnswer>(`/recoveries/${encodeURIComponent(summary.id)}`);
    return { summary, record: record.ok ? record.value : null };
  }));
  return { ok: true, value: recent } as const;
};

const placeRecoveries = (recent: readonly Recent[], cluster: string | null) => {
  const read = new Set(recent.map((one) => one.summary.id));
  // One that ran and is not among the newest any more has ended where nobody told it.
  for (const [id, { value: { recovery } }] of recoveries.peek())
    if (!recovery.endedAt && !read.has(id) && (cluster === null || recovery.cluster === cluster)) take(recoveries, id);
  for (const { summary, record } of recent) {
    const stages = record?.recovery.stages ?? [];
    const known = recoveries.peek().get(summary.id)?.peek();
    putRecovery(summary.id, record
      ? { recovery: { ...summary, ...record } as RecoverySummary, stage: stages.at(-1)?.stage.name ?? null, stages: stages.length }
      : { stage: known?.stage ?? null, stages: known?.stages ?? 0, recovery: summary });
  }
};

const grouped = (all: ClusterSummary[], wrong: Analysis[]) => {
  const groups = new Map<string, Analysis[]>(all.map((one) => [one.cluster, []]));
  for (const one of wrong) groups.get(one.cluster)?.push(one);
  return groups;
};
