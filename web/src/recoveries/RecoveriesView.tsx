import { useMemo, useState } from 'preact/hooks';
import { Go } from '../app/Go';
import { clusterPlace } from '../app/place';
import type { RecoveryState } from '../fleet/fleet';
import { ProblemNote } from '../parts/ProblemNote';
import { countOf } from '../parts/words';
import { countsOf, filtered, groups } from './filter';
import { useListed } from './listing';
import { nameIn } from './names';
import { RecoveryRow } from './RecoveryRow';
import type { Group } from './states';
import './recoveries.css';

/** Who did what and when: all recoveries and changes of servers, or those of one cluster, the newest first. */
export const RecoveriesView = ({ cluster }: { cluster: string | null }) => {
  const { items, problem, isMore, isBusy, more } = useListed(cluster);
  const [group, setGroup] = useState<Group | null>(null);
  const [typed, setTyped] = useState('');
  const shown = useMemo(() => filtered(items ?? [], group, typed, nameIn), [items, group, typed]);
  return (
    <>
      <header class="recoveries-head">
        <h1>Recoveries</h1>
        {cluster !== null && <OnlyIn cluster={cluster} />}
        {items && <Groups all={items} group={group} choose={setGroup} />}
        <input
          type="search" placeholder="Filter by server, person, kind, outcome" aria-label="Filter recoveries"
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      </header>
      {problem && <ProblemNote problem={problem} />}
      {!items && !problem && <p class="loading">Reading the recoveries …</p>}
      {items && shown.length === 0 && <Nothing read={items.length} isMore={isMore} />}
      <ul class="entries">
        {shown.map((one) => <RecoveryRow key={one.recovery.id} one={one} withCluster={cluster === null} />)}
      </ul>
      {isMore && <button type="button" class="more-entries" disabled={isBusy} onClick={more}>More</button>}
    </>
  );
};

const OnlyIn = ({ cluster }: { cluster: string }) => (
  <p class="only">
    Only those of <Go to={clusterPlace(cluster)}>{cluster}</Go>.
    {' '}<Go to={{ view: 'recoveries', cluster: null }}>Show all clusters</Go>
  </p>
);

type Choosing = { all: readonly RecoveryState[]; group: Group | null; choose: (group: Group | null) => void };

/** How many there are of each group, of those that were read; one of them shows those alone. */
const Groups = ({ all, group, choose }: Choosing) => {
  const counts = countsOf(all);
  return (
    <div class="groups" role="group" aria-label="Show only">
      {groups.filter(([one]) => counts.has(one) || one === group).map(([one, words]) => (
        <button key={one} type="button" aria-pressed={group === one} onClick={() => choose(group === one ? null : one)}>
          {counts.get(one) ?? 0} {words}
        </button>
      ))}
    </div>
  );
};

const Nothing = ({ read, isMore }: { read: number; isMore: boolean }) => (
  <p class="empty">
    {read === 0 ? 'Nothing was recovered or changed yet.'
      : `No recovery matches. ${isMore ? 'Read so far' : 'In all'}: ${countOf(read, 'recovery', 'recoveries')}.`}
  </p>
);
