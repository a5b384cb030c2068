import type { components } from '../api/schema';
import type { RecoverySummary } from '../api/types';
import type { RecoveryState } from '../fleet/fleet';
import { countOf } from '../parts/words';
import { isFailover } from './kinds';

export type Outcome = components['schemas']['RecoveryOutcome'];

/** How something goes or went. Each has an icon and a colour; the words beside them say it exactly. */
export type Course =
  'done' | 'running' | 'waiting' | 'partly' | 'held' | 'undone' | 'failed' | 'lost' | 'planned' | 'aside';

export type Told = { course: Course; words: string };

/** What a reader can ask a list to show alone. */
export type Group = 'running' | 'promoted' | 'failed' | 'held' | 'other';

/** The stage in which an operator is asked whether a plan may go on. */
export const approvalStage = 'approval';

/** How a recovery stands, from its outcome; of one that runs from its newest stage, where it is known. */
export const stateOf = (outcome: Outcome | null | undefined, stage: string | null): Told => {
  if (outcome) return ended(outcome);
  return stage === approvalStage ? { course: 'waiting', words: 'Waits for approval' }
    : { course: 'running', words: 'Running' };
};

const simple: Record<NonNullable<Outcome['result']>, Told> = {
  'promoted': { course: 'done', words: 'Promoted' }, 'lost-again': { course: 'lost', words: 'Lost again' },
  'fenced': { course: 'done', words: 'Fenced' }, 'relocated': { course: 'done', words: 'Moved' },
  'finished': { course: 'done', words: 'Done' }, 'changed': { course: 'done', words: 'Done' },
  'moved': { course: 'done', words: 'Moved' }, 'abandoned': { course: 'failed', words: 'Given up' },
  'rolled-back': { course: 'undone', words: 'Rolled back' }, 'held': { course: 'held', words: 'Held' },
};

const ended = (outcome: Outcome): Told => {
  const left = leftBehind(outcome).length;
  if (outcome.result === 'promoted' && left > 0)
    return { course: 'partly', words: `Promoted, ${countOf(left, 'server')} left behind` };
  if (outcome.result === 'moved' && left > 0) return { course: 'partly', words: 'Partly moved' };
  return (outcome.result && simple[outcome.result]) ?? { course: 'aside', words: outcome.result ?? 'Ended' };
};

/** The servers that an outcome leaves behind, each with its reason. */
export const leftBehind = (outcome: Outcome) =>
  (outcome.result === 'promoted' ? outcome.lost : outcome.result === 'moved' ? outcome.left : []);

/** Why a recovery did not begin or was given up, and what would allow it. */
export const refusalOf = (outcome: Outcome | null | undefined) =>
  (outcome?.result === 'held' || outcome?.result === 'abandoned' ? outcome.refusal : null);

export const groupOf = (outcome: Outcome | null | undefined): Group => {
  switch (outcome?.result) {
    case undefined: return outcome ? 'other' : 'running';
    case 'promoted': return 'promoted';
    case 'abandoned': case 'rolled-back': case 'lost-again': return 'failed';
    case 'held': return 'held';
    default: return 'other';
  }
};

/** As lists know it. */
export const stateOfListed = ({ recovery, stage }: RecoveryState) => stateOf(recovery.outcome, stage);

/**
 * Whether it may keep the next failover of its cluster from beginning by itself, until somebody acknowledges it. For
 * how long is a setting that is not known here.
 */
export const mayBlock = (recovery: RecoverySummary) =>
  isFailover(recovery.kind) && !!recovery.endedAt && !recovery.acknowledgedBy && recovery.outcome?.result !== 'held';
