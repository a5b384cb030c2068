import type { Refusal, RehearsedPlan, StageRecord } from '../api/types';
import { When } from '../parts/When';
import { lengthOf } from '../parts/time';
import { Choice } from './Choice';
import { sentenceOf, stageWords } from './kinds';
import { Mark } from './Mark';
import { Moves } from './Moves';
import { refusalOf } from './states';
import { stageState } from './stages';
import { stepsOf } from './steps';
import { StepRows } from './StepRows';
import { Undo } from './Undo';

type Props = {
  record: StageRecord; number: number; says: readonly string[] | undefined; sent: RehearsedPlan['statements'] | null;
  isRunning: boolean;
};

/** One stage: why it is done, what it does, how that went, and what was said or seen besides. */
export const StageCard = ({ record, number, says, sent, isRunning }: Props) => {
  const { stage } = record;
  const refusal = stage.refusal ?? refusalOf(stage.outcome);
  return (
    <li
      class={`card stage ${isRunning ? 'now' : ''}`} id={sent ? undefined : `stage-${number}`}
      aria-current={isRunning ? 'step' : undefined}
    >
      <h3>
        <span>{number}. {stageWords(stage.name)}</span>
        <Mark {...stageState(record, isRunning, sent !== null)} />
        {!sent && record.doneAt && <span class="soft took">{lengthOf(tookOf(record))}</span>}
      </h3>
      {stage.because && refusal?.because !== stage.because && (
        <p class="soft">{stage.awaitsApproval ? '' : 'Because '}{sentenceOf(stage.because)}</p>
      )}
      {refusal && <WhyNot refusal={refusal} />}
      <Moves stage={stage} />
      <StepRows steps={stepsOf(record, { says, sent, isRunning })} />
      {record.undo && stage.block && <Undo undo={record.undo} block={stage.block} />}
      {record.isMaybeBegun && <p>Its end was not stored: what it was to do may have been done, or not.</p>}
      {record.wasNotBegun && <p>Another process went on with the recovery. This stage was not begun.</p>}
      {!sent && record.signal && <Said signal={record.signal} />}
      {!sent && <Findings findings={record.findings ?? []} />}
      {stage.choice && (
        <details open={isRunning || !!stage.choice.possiblyLost}>
          <summary>Choice: <code>{stage.choice.candidate}</code> of {stage.choice.judgements.length}</summary>
          <Choice choice={stage.choice} />
        </details>
      )}
    </li>
  );
};

const tookOf = ({ plannedAt, doneAt }: StageRecord) => Date.parse(doneAt ?? plannedAt) - Date.parse(plannedAt);

const WhyNot = ({ refusal }: { refusal: Refusal }) => (
  <div class="note refused">
    <p>{sentenceOf(refusal.because)}</p>
    {refusal.remedy && <p class="remedy">What would allow it: {refusal.remedy}</p>}
  </div>
);

const Said = ({ signal }: { signal: NonNullable<StageRecord['signal']> }) => (
  <p class="said">
    <strong>{signal.kind === 'Approve' ? 'Approved' : 'Cancelled'}</strong> by {signal.by}, <When at={signal.at} />
    {signal.candidate && signal.kind === 'Approve' && <>, for <code>{signal.candidate}</code></>}
    {signal.because && <>: {signal.because}</>}
    {signal.supersededBy && <>. It makes way for the recovery {signal.supersededBy}</>}
  </p>
);

const Findings = ({ findings }: { findings: readonly string[] }) => (findings.length === 0 ? null : (
  <div class="note refused">
    <strong>Seen otherwise than foretold</strong>
    <ul>{findings.map((one) => <li key={one}>{one}</li>)}</ul>
  </div>
));
