import { useComputed } from '@preact/signals';
import { useMemo, useState } from 'preact/hooks';
import type { ClusterSummary } from '../api/types';
import { propose } from '../acting/acting';
import { unreadable } from '../app/following';
import { go } from '../app/place';
import { whyNot } from '../app/session';
import { clusters } from '../fleet/fleet';
import { ProblemNote } from '../parts/ProblemNote';
import { StateMark } from '../parts/StateMark';
import { countOf, stateOrder, stateWords, type State } from '../parts/words';
import { ClusterCard } from './ClusterCard';
import { More } from './More';
import { byState, isMeant, stateOf } from './states';
import './clusters.css';

/** All clusters, those with problems first. */
export const ClustersView = ({ filter }: { filter: string }) => {
  const [only, setOnly] = useState<State | null>(null);
  const all = useComputed(() => (clusters.value ? [...clusters.value.values()].map((one) => one.value) : null)).value;
  const shown = useMemo(
    () => all?.filter((one) => isMeant(one, filter) && (!only || stateOf(one) === only)).sort(byState) ?? [],
    [all, filter, only]);
  if (!all) return unreadable.value ? <ProblemNote problem={unreadable.value} /> : <p class="loading">Reading the clusters …</p>;
  return (
    <>
      {unreadable.value && <ProblemNote problem={unreadable.value} title="What you see may be old" />}
      <header class="view">
        <h1>Clusters</h1>
        <States all={all} only={only} choose={setOnly} />
        <input
          type="search" placeholder="Filter by name, server, problem" aria-label="Filter clusters" value={filter}
          onInput={(event) => go({ view: 'clusters', filter: event.currentTarget.value }, true)}
        />
        <button type="button" onClick={() => propose('discover', {}, 'Discover servers')} aria-disabled={whyNot('power') !== null} title={whyNot('power') ?? ''}>
          Discover …
        </button>
      </header>
      {all.length === 0 && <NoClusters />}
      {all.length > 0 && shown.length === 0 && <p class="empty">No cluster matches. {countOf(all.length, 'cluster')} in all.</p>}
      <More items={shown} tag="ul" class="clusters" show={(one) => <ClusterCard key={one.cluster} cluster={one} />} />
    </>
  );
};

type Choosing = { all: ClusterSummary[]; only: State | null; choose: (state: State | null) => void };

/** How many clusters are in which state; one of them shows those alone. */
const States = ({ all, only, choose }: Choosing) => {
  const counts = new Map<State, number>();
  for (const one of all) counts.set(stateOf(one), (counts.get(stateOf(one)) ?? 0) + 1);
  return (
    <div class="states" role="group" aria-label="Show only">
      {stateOrder.filter((state) => counts.has(state)).map((state) => (
        <button key={state} type="button" aria-pressed={only === state} onClick={() => choose(only === state ? null : state)}>
          <StateMark state={state} words={`${counts.get(state)} ${stateWords[state].toLowerCase()}`} />
        </button>
      ))}
    </div>
  );
};

const NoClusters = () => (
  <section class="empty">
    <h2>No cluster is known yet</h2>
    <p>Name any server of a cluster; the rest is found by following replication in both directions.</p>
    <p><code>orchestrator discover db1.example.com:3306</code></p>
  </section>
);
