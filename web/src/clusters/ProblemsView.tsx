import { useComputed } from '@preact/signals';
import { unreadable } from '../app/following';
import { analyses, clusters } from '../fleet/fleet';
import { ProblemNote } from '../parts/ProblemNote';
import { countOf } from '../parts/words';
import { More } from './More';
import { AnalysisCard } from './AnalysisCard';
import './clusters.css';

const graveness = ['Critical', 'Serious', 'Warning'];

/** What is wrong anywhere, the gravest first, each with the observations behind it. */
export const ProblemsView = () => {
  const all = useComputed(() => [...analyses.value.values()].flatMap((one) => one.value)
    .sort((a, b) => graveness.indexOf(a.severity) - graveness.indexOf(b.severity))).value;
  if (!clusters.value)
    return unreadable.value ? <ProblemNote problem={unreadable.value} /> : <p class="loading">Reading the problems …</p>;
  return (
    <>
      {unreadable.value && <ProblemNote problem={unreadable.value} title="What you see may be old" />}
      <header class="view">
        <h1>Problems</h1>
        <p class="soft">{all.length === 0 ? `Nothing is wrong in ${countOf(clusters.value.size, 'cluster')}.` : countOf(all.length, 'problem')}</p>
      </header>
      <More items={all} tag="ul" class="analyses" show={(one) => <AnalysisCard key={one.cluster + one.key + one.code} analysis={one} withCluster />} />
    </>
  );
};
