import { Go } from '../app/Go';
import { ProblemNote } from '../parts/ProblemNote';
import { lengthOf, now } from '../parts/time';
import { useAnnounced } from './announced';
import { PossiblyLost } from './Choice';
import { sentenceOf, stageWords } from './kinds';
import { Mark } from './Mark';
import { useRecovery } from './reading';
import { choiceOf, runningStage, stageState, stagesOf, type RecoveryRecord } from './stages';
import { refusalOf, stateOf } from './states';
import './followed.css';

/** A recovery as it goes, small enough for a dialog: its stages, and its outcome at the end. */
export const FollowedRecovery = ({ id }: { id: string }) => {
  const { record, problem } = useRecovery(id);
  useAnnounced(record);
  if (!record) return problem ? <ProblemNote problem={problem} /> : <p class="loading">Reading the recovery …</p>;
  return (
    <section class="followed">
      <Head record={record} />
      {problem && <ProblemNote problem={problem} />}
      <Stages record={record} />
      {record.outcome && <End record={record} />}
      <p><Go to={{ view: 'recovery', id }}>The whole record</Go></p>
    </section>
  );
};

const Head = ({ record }: { record: RecoveryRecord }) => {
  const { recovery } = record;
  const stage = stagesOf(recovery).at(-1)?.stage.name ?? null;
  const until = record.endedAt ? Date.parse(record.endedAt) : now.value;
  return (
    <p class="head">
      <Mark {...stateOf(record.outcome, stage)} />
      <span class="soft">{lengthOf(until - Date.parse(record.startedAt))}</span>
    </p>
  );
};

const Stages = ({ record: { recovery, stepsSay } }: { record: RecoveryRecord }) => {
  const running = runningStage(recovery);
  const stages = stagesOf(recovery).filter(({ stage }) => !stage.outcome);
  if (stages.length === 0) return null;
  return (
    <ol>
      {stages.map((one, i) => (
        <li key={i} aria-current={i === running ? 'step' : undefined}>
          <span>{i + 1}. {stageWords(one.stage.name)}</span>
          <Mark {...stageState(one, i === running, false)} />
          {(stepsSay[i] ?? []).map((says) => <p key={says} class="soft">{says}</p>)}
          {one.results.filter((result) => result.says).map((result) => <p key={result.says}>{result.says}</p>)}
        </li>
      ))}
    </ol>
  );
};

const End = ({ record }: { record: RecoveryRecord }) => {
  const { course } = stateOf(record.outcome, null);
  const tone = course === 'done' ? 'done' : course === 'failed' || course === 'lost' ? 'failed' : 'refused';
  const lost = choiceOf(record.recovery)?.possiblyLost;
  const remedy = refusalOf(record.outcome)?.remedy;
  return (
    <>
      <div class={`note ${tone}`}>
        <p>{sentenceOf(refusalOf(record.outcome)?.because ?? record.says ?? '')}</p>
        {remedy && <p class="remedy">What would allow it: {remedy}</p>}
      </div>
      {lost && <PossiblyLost says={lost} />}
    </>
  );
};
