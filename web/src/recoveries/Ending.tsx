import { Mark } from './Mark';
import { PossiblyLost } from './Choice';
import { sentenceOf } from './kinds';
import { choiceOf, isAsking, stagesOf, type RecoveryRecord } from './stages';
import { leftBehind, refusalOf, stateOf } from './states';

/** The question that it waits with, or how it ended: what the reader has to know first. */
export const Ending = ({ record }: { record: RecoveryRecord }) => {
  const lost = choiceOf(record.recovery)?.possiblyLost;
  return (
    <>
      {lost && <PossiblyLost says={lost} />}
      {isAsking(record.recovery) && <Question record={record} />}
      {record.outcome && <Outcome record={record} />}
    </>
  );
};

const Question = ({ record }: { record: RecoveryRecord }) => (
  <div class="note refused">
    <p><Mark course="waiting" words="An operator is asked" /></p>
    <p>{sentenceOf(stagesOf(record.recovery).at(-1)?.stage.because ?? '')}</p>
    <p class="remedy">Nothing goes on until somebody approves or cancels, or the time for it is over.</p>
  </div>
);

const tones = { done: 'done', failed: 'failed', lost: 'failed' } as Record<string, string>;

const Outcome = ({ record }: { record: RecoveryRecord }) => {
  const refusal = refusalOf(record.outcome);
  const left = record.outcome ? leftBehind(record.outcome) : [];
  const state = stateOf(record.outcome, null);
  return (
    <div class={`note outcome ${tones[state.course] ?? 'refused'}`}>
      <p><Mark {...state} /></p>
      <p>{sentenceOf(refusal?.because ?? record.says ?? '')}</p>
      {refusal?.remedy && <p class="remedy">What would allow it: {refusal.remedy}</p>}
      {left.length > 0 && (
        <ul>{left.map((one) => <li key={one.key}><code>{one.key}</code>: {one.because}</li>)}</ul>
      )}
    </div>
  );
};
