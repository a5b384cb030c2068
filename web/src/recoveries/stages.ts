import type { Recovery, RecoveryAnswer, RecoverySummary, StageRecord } from '../api/types';
import type { Told } from './states';
import { stateOf } from './states';

/** One recovery as it is answered: what lists tell of it, which is always there, and its whole record. */
export type RecoveryRecord = RecoveryAnswer & RecoverySummary;

/** Its stages, none where it has not begun. */
export const stagesOf = (recovery: Recovery): readonly StageRecord[] => recovery.stages ?? [];

/** The newest outcome among its stages: that of the recovery; null while it runs. */
export const outcomeOf = (recovery: Recovery) => stagesOf(recovery).at(-1)?.stage.outcome ?? null;

/** The number of the stage that runs now, from 0; -1 where none does. */
export const runningStage = (recovery: Recovery) => {
  const stages = stagesOf(recovery);
  const newest = stages.at(-1);
  return newest && !newest.doneAt && !newest.stage.outcome ? stages.length - 1 : -1;
};

/** Whether an operator is asked now. */
export const isAsking = (recovery: Recovery) => {
  const at = runningStage(recovery);
  return at >= 0 && stagesOf(recovery)[at]?.stage.awaitsApproval === true;
};

/** The choice that stands now: the newest one. */
export const choiceOf = (recovery: Recovery) =>
  stagesOf(recovery).findLast(({ stage }) => stage.choice)?.stage.choice ?? null;

/** How one stage stands. */
export const stageState = (record: StageRecord, isRunning: boolean, isPlanned: boolean): Told => {
  if (isPlanned) return { course: 'planned', words: record.stage.outcome ? 'Expected end' : 'Planned' };
  if (record.stage.outcome) return stateOf(record.stage.outcome, null);
  if (record.wasNotBegun) return { course: 'aside', words: 'Not begun' };
  if (record.undo) return { course: 'undone', words: 'Undone' };
  if (isRunning) return record.stage.awaitsApproval
    ? { course: 'waiting', words: 'Waits for approval' } : { course: 'running', words: 'Running' };
  if (!record.doneAt) return record.isMaybeBegun
    ? { course: 'waiting', words: 'Perhaps begun' } : { course: 'aside', words: 'Ended without a result' };
  return resultOf(record);
};

const resultOf = (record: StageRecord): Told => {
  const bad = record.results.filter((one) => one.state === 'Failed' || one.state === 'TimedOut').length;
  if (bad > 0) return bad === record.results.length
    ? { course: 'failed', words: 'Failed' } : { course: 'partly', words: 'Done in part' };
  return record.stage.goesBack ? { course: 'undone', words: 'Taken back' } : { course: 'done', words: 'Done' };
};
