import { expect, test } from 'vitest';
import { groupOf, mayBlock, stateOf, type Outcome } from '../../src/recoveries/states';
import { at, promoted, summaryOf } from './records';

const left: Outcome = { result: 'promoted', key: 'b:1', lost: [{ key: 'c:1', because: 'it is away' }], remark: '' };
const given: Outcome = { result: 'abandoned', refusal: { because: 'no candidate', remedy: '' } };
const held: Outcome = { result: 'held', refusal: { because: 'downtime', remedy: 'undowntime' } };

test('what runs is told apart from what waits for approval', () => {
  expect(stateOf(null, 'freeze')).toEqual({ course: 'running', words: 'Running' });
  expect(stateOf(null, null).words).toBe('Running');
  expect(stateOf(null, 'approval')).toEqual({ course: 'waiting', words: 'Waits for approval' });
});

test('a promotion that left servers behind is not simply done', () => {
  expect(stateOf(promoted, 'approval')).toEqual({ course: 'done', words: 'Promoted' });
  expect(stateOf(left, null)).toEqual({ course: 'partly', words: 'Promoted, 1 server left behind' });
});

test('an outcome that this page does not know is shown by its own name, and not as a success', () => {
  const unknown = { result: 'teleported' } as unknown as Outcome;
  expect(stateOf(unknown, null)).toEqual({ course: 'aside', words: 'teleported' });
  expect(groupOf(unknown)).toBe('other');
});

test('each recovery is in one group', () => {
  const all: (Outcome | null)[] = [null, held, given, { result: 'rolled-back', because: 'x' }, left,
    { result: 'fenced', key: 'a:1' }];
  expect(all.map(groupOf)).toEqual(['running', 'held', 'failed', 'failed', 'promoted', 'other']);
});

test('a failover that ended and nobody acknowledged may block the next one', () => {
  const failover = summaryOf({ kind: 'DeadPrimary', endedAt: at(9), outcome: promoted });
  expect(mayBlock(failover)).toBe(true);
  expect(mayBlock({ ...failover, acknowledgedBy: 'ada' })).toBe(false);
  expect(mayBlock({ ...failover, endedAt: null, outcome: null })).toBe(false);
  expect(mayBlock({ ...failover, outcome: held })).toBe(false);
  expect(mayBlock({ ...failover, kind: 'Takeover' })).toBe(false);
});
