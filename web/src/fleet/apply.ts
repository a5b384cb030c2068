import { batch, type Signal } from '@preact/signals';
import type { SentEvent } from '../api/sse';
import type { Analysis, ClusterSummary, Member, RecoverySummary } from '../api/types';
import {
  analyses, clusters, liveness, members, opened, put, putAll, putRecovery, take, type Known, type RecoveryState,
} from './fleet';

/** Puts what an event tells in its place. An event holds the whole new value, so it may come twice. */
export const apply = (event: SentEvent) => {
  const data = JSON.parse(event.data) as Record<string, unknown>;
  switch (event.kind) {
    case 'cluster': return takeCluster(data as unknown as ClusterSummary);
    case 'cluster-gone': return takeClusterGone(String(data.cluster));
    case 'analysis': return put(analyses, String(data.cluster), data.items as Analysis[]);
    case 'server': return takeServer(String(data.cluster), data.server as Member);
    case 'server-gone': return takeGone(String(data.cluster), String(data.key));
    case 'recovery': return putRecovery((data.recovery as RecoverySummary).id, data as unknown as RecoveryState);
    case 'tick': liveness.value = { is: 'live', at: Date.now() }; return;
    case 'stale': return stale(String(data.says));
  }
};

/** What is shown gets old from the newest tick on, not from when that was found out. */
export const stale = (because: string) => {
  const was = liveness.value;
  const since = was.is === 'stale' ? was.since : was.is === 'live' ? was.at : Date.now();
  liveness.value = { is: 'stale', since, because };
};

const takeCluster = (summary: ClusterSummary) => batch(() => {
  if (clusters.value) put(clusters as Signal<Known<ClusterSummary>>, summary.cluster, summary);
  const open = opened.value;
  if (open?.cluster === summary.cluster)
    opened.value = { ...open, alias: summary.alias, primary: summary.primary ?? null, downtime: summary.downtime ?? null };
});

const takeClusterGone = (cluster: string) => batch(() => {
  if (clusters.value) take(clusters as Signal<Known<ClusterSummary>>, cluster);
  take(analyses, cluster);
  if (opened.value?.cluster !== cluster) return;
  opened.value = null;
  putAll(members, []);
});

const takeServer = (cluster: string, server: Member) => {
  if (opened.value?.cluster === cluster) put(members, server.key, server);
};

const takeGone = (cluster: string, key: string) => {
  if (opened.value?.cluster === cluster) take(members, key);
};
