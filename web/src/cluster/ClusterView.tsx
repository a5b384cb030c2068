import { useCallback } from 'preact/hooks';
import { ClusterActions } from '../acting/ClusterActions';
import { unreadable } from '../app/following';
import type { Analysis } from '../api/types';
import { go, type Place } from '../app/place';
import { AnalysisCard } from '../clusters/AnalysisCard';
import { analyses, members, opened } from '../fleet/fleet';
import { ProblemNote } from '../parts/ProblemNote';
import { ServerPanel } from '../server/ServerPanel';
import { ClusterHead } from './ClusterHead';
import { Owed } from './Owed';
import { RunningRecoveries } from './RunningRecoveries';
import { Table } from './Table';
import { Tree } from './Tree';
import './cluster.css';

const nothing: readonly Analysis[] = [];

type At = Extract<Place, { view: 'cluster' }>;

/** One cluster: its servers as a tree or a table, what is wrong, and what runs. */
export const ClusterView = ({ place }: { place: At }) => {
  const { server, show } = place;
  const choose = useCallback((key: string) => go({ ...place, server: key }, true), [place.cluster, show]);
  const close = useCallback(() => {
    go({ ...place, server: null }, true);
    // The focus goes back to the server's own card.
    requestAnimationFrame(() => document.querySelector<HTMLElement>('[role=treeitem][tabindex="0"]')?.focus());
  }, [place.cluster, show]);
  const open = opened.value;
  if (!open) return unreadable.value
    ? <ProblemNote problem={unreadable.value} title={`${place.cluster} cannot be shown`} />
    : <p class="loading">Reading {place.cluster} …</p>;
  const wrong = analyses.value.get(open.cluster)?.value ?? nothing;
  const chosen = server === null ? undefined : members.value.get(server);
  const shared = { members: members.value, primary: open.primary ?? null, analyses: wrong };
  return (
    <>
      <ClusterHead cluster={open} analyses={wrong} place={place} />
      <ClusterActions cluster={open.cluster} />
      <RunningRecoveries cluster={open.cluster} />
      {unreadable.value && <ProblemNote problem={unreadable.value} title="What you see may be old" />}
      {wrong.length > 0 && <ul class="analyses">{wrong.map((one) => <AnalysisCard key={one.key + one.code} analysis={one} withCluster={wrong.length > 2} />)}</ul>}
      <div class={`servers ${chosen ? 'with-panel' : ''}`}>
        {show === 'table'
          ? <Table {...shared} place={place} />
          : <Tree {...shared} name={open.alias || open.cluster} chosen={server} choose={choose} />}
        {chosen && <ServerPanel key={server} member={chosen.value} close={close} />}
        {server !== null && !chosen && <p class="note">{server} is not a server of this cluster (any more).</p>}
      </div>
      <Owed items={open.owed} />
    </>
  );
};
