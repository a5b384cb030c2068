import type { Recovery, RecoverySummary, StageRecord, StepResult } from '../../src/api/types';
import type { RecoveryRecord } from '../../src/recoveries/stages';
import type { Outcome } from '../../src/recoveries/states';

const begin = Date.parse('2026-12-01T01:00:00Z');

/** The instant so many ms after the begin. */
export const at = (ms: number) => new Date(begin + ms).toISOString();

export const result = (more: Partial<StepResult> = {}): StepResult =>
  ({ state: 'Done', took: '00:00:00.0120000', attempts: 1, says: '', ...more });

type Stage = Partial<Omit<StageRecord, 'stage'>> & {
  from: number; until?: number; stage?: Partial<StageRecord['stage']>;
};

export const stageOf = (name: string, { from, until, stage, ...more }: Stage): StageRecord => ({
  epoch: 1, plannedAt: at(from), doneAt: until === undefined ? null : at(until), results: [], ...more,
  stage: { name, because: `why ${name}`, steps: [], awaitsApproval: false, ...stage },
});

export const stepOf = (verb: 'set-read-only' | 'set-writable', target = 'a:1') => ({
  step: { verb, target } as StageRecord['stage']['steps'][number]['step'],
  tolerance: 'Must' as const, timeout: '00:00:05', because: `why ${verb}`,
});

export const promoted: Outcome = { result: 'promoted', key: 'b:1', lost: [], remark: '' };

export const recoveryOf = (stages: StageRecord[], more: Partial<Recovery> = {}): Recovery =>
  ({ id: 'r1', cluster: 'c-1', kind: 'Takeover', actor: 'ada', startedAt: at(0), subject: 'a:1', stages, ...more });

export const summaryOf = (more: Partial<RecoverySummary> = {}): RecoverySummary => ({
  id: 'r1', cluster: 'c-1', kind: 'Takeover', subject: 'a:1', actor: 'ada', startedAt: at(0), acknowledgedBy: '',
  ...more,
});

export const recordOf = (stages: StageRecord[], more: Partial<RecoverySummary> = {}): RecoveryRecord =>
  ({ ...summaryOf(more), acknowledgedBecause: '', recovery: recoveryOf(stages), stepsSay: stages.map(() => []) });

/** A planned switch that blocked writes from 2 s to 2.5 s, looked for 3 s, and ended after 6 s. */
export const takeover = () => recoveryOf([
  stageOf('gather', { from: 500, until: 1500 }),
  stageOf('freeze', {
    from: 2000, until: 2100, results: [result()], stage: {
      steps: [stepOf('set-read-only')], block: { limit: '00:00:03', undo: stepOf('set-writable') },
    },
  }),
  stageOf('open', { from: 2200, until: 2500, results: [result()], stage: { steps: [stepOf('set-writable', 'b:1')] } }),
  stageOf('follow', { from: 5500, until: 6000 }),
  stageOf('promoted', { from: 6000, stage: { outcome: promoted } }),
]);
