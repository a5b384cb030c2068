import type { RehearsedPlan, StageRecord, StepResult } from '../api/types';
import { lengthOf, millisecondsOf } from '../parts/time';
import type { Told } from './states';

/** A step as it is shown: its words, how it went, and what is said of it besides. */
export type ShownStep = {
  says: string; because: string; state: Told; took: string; attempts: number; remark: string; tolerance: string;
  sql: readonly string[] | null; mayTakeEffect: boolean;
};

const tolerances: Record<string, string> = { BestEffort: 'best effort', Beside: 'not waited for' };

/** How a step went; `isPlanned`: it is only rehearsed. */
export const stepState = (result: StepResult | undefined, isPlanned: boolean, isRunning: boolean): Told => {
  if (isPlanned) return { course: 'planned', words: 'Planned' };
  if (!result) return isRunning ? { course: 'running', words: 'Running' } : { course: 'planned', words: 'No result' };
  if (result.wasNotSent) return { course: 'aside', words: 'Not sent' };
  if (result.isUnderWay) return { course: 'aside', words: 'Under way, not waited for' };
  switch (result.state) {
    case 'Done': return { course: 'done', words: 'Done' };
    case 'AlreadyTrue': return { course: 'done', words: 'It was so already' };
    case 'Queued': return { course: 'waiting', words: 'Sent, not answered yet' };
    case 'TimedOut': return { course: 'failed', words: 'No answer in time' };
    default: return { course: 'failed', words: result.isRefused ? 'Refused' : 'Failed' };
  }
};

const tookOf = (result: StepResult | undefined, isPlanned: boolean) => {
  const took = isPlanned ? null : millisecondsOf(result?.took);
  return took === null || result?.state === 'AlreadyTrue' ? '' : lengthOf(took);
};

type Given = { says: readonly string[] | undefined; sent: RehearsedPlan['statements'] | null; isRunning: boolean };

/** The steps of one stage. `sent`: what each of them would send, of a plan that is only rehearsed. */
export const stepsOf = (record: StageRecord, { says, sent, isRunning }: Given): ShownStep[] =>
  record.stage.steps.map((planned, j) => {
    const result = record.results[j];
    return {
      says: says?.[j] ?? sent?.[j]?.says ?? planned.step.verb ?? '', because: planned.because,
      state: stepState(result, sent !== null, isRunning), took: tookOf(result, sent !== null),
      attempts: result?.attempts ?? 1, remark: sent ? '' : result?.says ?? '',
      tolerance: tolerances[planned.tolerance] ?? '', sql: sent?.[j]?.sql ?? null,
      mayTakeEffect: !sent && result?.mayTakeEffect === true,
    };
  });

/** What the steps of each stage would send: statements come in the order of the steps, whatever their stage is. */
export const sentByStage = (stages: readonly StageRecord[], statements: RehearsedPlan['statements']) => {
  let taken = 0;
  return stages.map(({ stage }) => {
    const from = taken;
    taken += stage.steps.length;
    return statements.slice(from, taken);
  });
};
