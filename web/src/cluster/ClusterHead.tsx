import { useComputed } from '@preact/signals';
import type { Analysis, Cluster } from '../api/types';
import { Go } from '../app/Go';
import type { Place } from '../app/place';
import { members } from '../fleet/fleet';
import { StateMark } from '../parts/StateMark';
import { localOf } from '../parts/time';
import { stateOfSeverity, stateOrder, type State } from '../parts/words';

type Props = {
  cluster: Omit<Cluster, 'members'>; analyses: readonly Analysis[]; place: Extract<Place, { view: 'cluster' }>;
};

/** What the cluster is called, how it is, and how to look at it. */
export const ClusterHead = ({ cluster, analyses, place }: Props) => {
  const all = members.value.size;
  const seen = useComputed(() => [...members.value.values()].filter((one) => one.value.seen).length).value;
  return (
    <header class="view cluster-head">
      <h1>{cluster.alias || cluster.cluster}</h1>
      <StateMark state={stateOf(analyses, seen, all, cluster.downtime != null)} />
      <p class="soft">
        {cluster.primary ? <>primary <code>{cluster.primary}</code></> : <strong class="wrong">no single primary</strong>}
        {' · '}{seen} of {all} servers seen
        {cluster.alias && <> · <code title="The id of the cluster: it stays when the alias or the primary changes">{cluster.cluster}</code></>}
      </p>
      {cluster.downtime && (
        <p class="badge downtime">In downtime until {localOf(cluster.downtime.until)}{cluster.downtime.reason && `: ${cluster.downtime.reason}`}</p>
      )}
      <nav class="views" aria-label="How to show the servers">
        <Go to={{ ...place, show: 'tree' }} aria-current={place.show === 'tree' ? 'page' : undefined}>Tree</Go>
        <Go to={{ ...place, show: 'table' }} aria-current={place.show === 'table' ? 'page' : undefined}>Table</Go>
        <Go to={{ view: 'recoveries', cluster: cluster.alias || cluster.cluster }}>Recoveries</Go>
      </nav>
    </header>
  );
};

const stateOf = (analyses: readonly Analysis[], seen: number, all: number, isDown: boolean): State => {
  const states: State[] = analyses.map((one) => stateOfSeverity(one.severity) ?? 'warning');
  if (seen < all || all === 0) states.push('unknown');
  if (states.length === 0) return 'healthy';
  return isDown ? 'downtime' : states.reduce((a, b) => (stateOrder.indexOf(a) <= stateOrder.indexOf(b) ? a : b));
};
