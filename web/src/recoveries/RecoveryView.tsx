import { ProblemNote } from '../parts/ProblemNote';
import { useAnnounced } from './announced';
import { Choice } from './Choice';
import { Ending } from './Ending';
import { useRecovery } from './reading';
import { RecoveryHead } from './RecoveryHead';
import { StageList } from './StageList';
import { choiceOf, stagesOf } from './stages';
import { Timeline } from './Timeline';
import { Why } from './Why';
import './recovery.css';

/** One recovery from its begin to its end, followed while it runs. */
export const RecoveryView = ({ id }: { id: string }) => {
  const { record, problem } = useRecovery(id);
  useAnnounced(record);
  if (!record) return problem
    ? <><h1>Recovery {id}</h1><ProblemNote problem={problem} /></> : <p class="loading">Reading the recovery …</p>;
  const choice = choiceOf(record.recovery);
  const hasStages = stagesOf(record.recovery).length > 0;
  return (
    <article class="recovery">
      <RecoveryHead record={record} />
      {problem && <ProblemNote problem={problem} title="What you see may be old" />}
      <Ending record={record} />
      <Why record={record} />
      <TimeSection record={record} />
      {choice && (
        <section class="card">
          <h2>Choice of the successor</h2>
          <Choice choice={{ ...choice, possiblyLost: '' }} />
        </section>
      )}
      <section class="plain">
        <h2>Stages</h2>
        {hasStages ? <StageList recovery={record.recovery} stepsSay={record.stepsSay} />
          : <p class="soft">None has begun yet.</p>}
      </section>
    </article>
  );
};

type Shown = { record: NonNullable<ReturnType<typeof useRecovery>['record']> };

// One that was held has a single stage, in which no time passes.
const TimeSection = ({ record: { recovery } }: Shown) => (stagesOf(recovery).length < 2 ? null : (
  <section class="card"><h2>Where the time went</h2><Timeline recovery={recovery} /></section>
));
