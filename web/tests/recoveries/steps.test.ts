import { expect, test } from 'vitest';
import { sentByStage, stepsOf, stepState } from '../../src/recoveries/steps';
import { result, stageOf, stepOf } from './records';

const record = stageOf('open', {
  from: 0, until: 1, results: [result({ attempts: 3, says: 'it answered late' })],
  stage: { steps: [{ ...stepOf('set-writable'), tolerance: 'BestEffort' }] },
});

test('a step is told with its words, tolerance, attempts and how it went', () => {
  const [step] = stepsOf(record, { says: ['Make a:1 writable'], sent: null, isRunning: false });
  expect(step).toMatchObject({
    says: 'Make a:1 writable', tolerance: 'best effort', attempts: 3, remark: 'it answered late', took: '12 ms',
    state: { course: 'done' }, sql: null,
  });
});

test('a step that is only rehearsed is planned, whatever its result would be, and shows its statements', () => {
  const sent = [{ target: 'a:1', says: 'Make a:1 writable', sql: ['SET GLOBAL read_only=OFF'] }];
  const [step] = stepsOf(record, { says: undefined, sent, isRunning: false });
  expect(step).toMatchObject({
    says: 'Make a:1 writable', state: { course: 'planned' }, took: '', remark: '', sql: ['SET GLOBAL read_only=OFF'],
  });
});

test('statements belong to the steps in their order, over stages without any', () => {
  const two = stageOf('freeze', { from: 0, stage: { steps: [stepOf('set-read-only'), stepOf('set-read-only')] } });
  const sent = ['1', '2', '3'].map((says) => ({ target: 'a:1', says, sql: [] }));
  expect(sentByStage([two, stageOf('none', { from: 0 }), record], sent).map((of) => of.map((one) => one.says)))
    .toEqual([['1', '2'], [], ['3']]);
});

test('what was never sent, or is not waited for, is not called failed', () => {
  const refused = result({ state: 'Failed', isRefused: true });
  expect(stepState(result({ state: 'Failed', wasNotSent: true }), false, false).words).toBe('Not sent');
  expect(stepState(result({ state: 'Queued', isUnderWay: true }), false, false).course).toBe('aside');
  expect(stepState(refused, false, false)).toEqual({ course: 'failed', words: 'Refused' });
  expect(stepState(undefined, false, true).course).toBe('running');
  expect(stepState(undefined, false, false).words).toBe('No result');
});
