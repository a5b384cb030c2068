import type { ClusterSummary } from '../api/types';
import { Go } from '../app/Go';
import { clusterPlace } from '../app/place';
import { nameOf } from '../fleet/fleet';
import { StateMark } from '../parts/StateMark';
import { wordsOf } from '../parts/words';
import { stateOf } from './states';

const problemsShown = 3;

/** A cluster at a glance. */
export const ClusterCard = ({ cluster }: { cluster: ClusterSummary }) => {
  const state = stateOf(cluster);
  const problems = counted(cluster.problems);
  return (
    <li class={`card cluster ${state}`}>
      <div class="top">
        <Go to={clusterPlace(cluster.alias || cluster.cluster)} class="name">{nameOf(cluster)}</Go>
        <StateMark state={state} />
      </div>
      <p class="soft">
        {cluster.primary ? <>primary <code>{cluster.primary}</code></> : 'no single primary'}
      </p>
      <p class="soft">{seenOf(cluster)}</p>
      {problems.length > 0 && (
        <ul class="problems">
          {problems.slice(0, problemsShown).map(([code, count]) => (
            <li key={code}>{wordsOf(code)}{count > 1 ? ` (${count})` : ''}</li>
          ))}
          {problems.length > problemsShown && <li class="soft">and {problems.length - problemsShown} more</li>}
        </ul>
      )}
    </li>
  );
};

const seenOf = ({ seen, instances }: ClusterSummary) =>
  (seen === instances ? `all ${instances} servers seen` : `${seen} of ${instances} servers seen`);

const counted = (codes: readonly string[]) => {
  const counts = new Map<string, number>();
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts];
};
