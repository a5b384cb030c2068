import type { ClusterSummary } from '../api/types';
import { byName, stateOfSeverity, stateOrder, type State } from '../parts/words';

/**
 * The state of a cluster at a glance. One of which no server, or not every server, answered is never healthy: partial
 * data is not health.
 */
export const stateOf = (cluster: ClusterSummary): State => {
  const state = stateOfSeverity(cluster.severity);
  if (cluster.downtime && state !== null) return 'downtime';
  if (state === 'critical' || state === 'serious') return state;
  if (cluster.seen < cluster.instances || cluster.instances === 0) return 'unknown';
  return state ?? 'healthy';
};

/** The gravest first, then by name. */
export const byState = (a: ClusterSummary, b: ClusterSummary) =>
  stateOrder.indexOf(stateOf(a)) - stateOrder.indexOf(stateOf(b))
  || byName(a.alias || a.cluster, b.alias || b.cluster);

/** Whether a cluster is meant by what was typed: each word in its alias, id, primary, a problem or its state. */
export const isMeant = (cluster: ClusterSummary, typed: string) => {
  const words = typed.toLowerCase().split(/\s+/).filter((w) => w !== '');
  if (words.length === 0) return true;
  const text = [cluster.alias, cluster.cluster, cluster.primary ?? '', stateOf(cluster), ...cluster.problems]
    .join('\n').toLowerCase();
  return words.every((word) => text.includes(word));
};
