import type { Analysis } from '../api/types';
import { Go } from '../app/Go';
import { clusterPlace } from '../app/place';
import { clusters, nameOf } from '../fleet/fleet';
import { StateMark } from '../parts/StateMark';
import { localOf } from '../parts/time';
import { stateOfSeverity, wordsOf } from '../parts/words';

/** A problem in words: what it is, what was observed, and what is done or can be done about it. */
export const AnalysisCard = ({ analysis, withCluster }: { analysis: Analysis; withCluster?: boolean }) => (
  <li class={`card analysis ${stateOfSeverity(analysis.severity) ?? ''}`}>
    <h2>
      <StateMark state={stateOfSeverity(analysis.severity) ?? 'warning'} words={wordsOf(analysis.code)} />
      {' '}
      <Go to={clusterPlace(nameIn(analysis.cluster), analysis.key)} class="mono">{analysis.key}</Go>
      {withCluster && <span class="soft"> in {nameIn(analysis.cluster)}</span>}
    </h2>
    <p>{analysis.sentence}.</p>
    {analysis.because.length > 0 && (
      <details open={!withCluster}>
        <summary>What was observed</summary>
        <ul class="evidence">{analysis.because.map((one) => <li key={one}>{one}</li>)}</ul>
      </details>
    )}
    {analysis.kind && <p>A plan of the kind <code>{analysis.kind}</code> removes it, unless it is refused.</p>}
    {analysis.advice && <p><strong>What you can do:</strong> {analysis.advice}</p>}
    {analysis.downtime && <p class="soft">In downtime until {localOf(analysis.downtime.until)}: {analysis.downtime.reason || 'no reason given'}</p>}
  </li>
);

const nameIn = (id: string) => {
  const known = clusters.value?.get(id)?.value;
  return known ? nameOf(known) : id;
};
