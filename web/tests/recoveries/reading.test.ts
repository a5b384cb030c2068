import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { put, liveness, recoveries } from '../../src/fleet/fleet';
import type { Answer } from '../../src/api/client';
import { followRecovery } from '../../src/recoveries/reading';
import type { RecoveryRecord } from '../../src/recoveries/stages';
import { at, promoted, recordOf, stageOf, summaryOf } from './records';

const running = recordOf([stageOf('gather', { from: 1 })]);
const ended = recordOf([stageOf('promoted', { from: 9, stage: { outcome: promoted } })], {
  endedAt: at(9), outcome: promoted, says: 'done',
});

let followed: ReturnType<typeof followRecovery> | null = null;

const follow = (...answers: Answer<RecoveryRecord>[]) => {
  const from = vi.fn(async () => (answers.length > 1 ? answers.shift() : answers[0])!);
  followed = followRecovery('r1', from);
  return { from, reading: followed.reading };
};
const settled = () => vi.advanceTimersByTimeAsync(0);
const found = (value: RecoveryRecord): Answer<RecoveryRecord> => ({ ok: true, value });

beforeEach(() => {
  vi.useFakeTimers();
  recoveries.value = new Map();
  liveness.value = { is: 'stale', since: 0, because: 'x' };
});
afterEach(() => {
  followed?.stop();
  vi.useRealTimers();
});

test('it is read each second while it runs and nothing is told, and no more once it ended', async () => {
  const { from, reading } = follow(found(running), found(running), found(ended));
  await settled();
  expect(from).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1000);
  expect(reading.value.record?.endedAt).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1000);
  expect(reading.value.record?.says).toBe('done');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(from).toHaveBeenCalledTimes(3);
});

test('it is read again when an event tells something of it, and of no other', async () => {
  const { from } = follow(found(ended));
  await settled();
  put(recoveries, 'r2', { recovery: summaryOf({ id: 'r2' }), stage: null, stages: 0 });
  await settled();
  const before = from.mock.calls.length;
  put(recoveries, 'r1', { recovery: { ...ended, acknowledgedBy: 'ada' }, stage: 'promoted', stages: 1 });
  await settled();
  expect(from.mock.calls.length).toBe(before + 1);
});

test('an answer that does not come keeps what was read, and is asked for again', async () => {
  const { from, reading } = follow(found(running), { ok: false, problem: { status: 0, because: 'no', remedy: '' } });
  await settled();
  await vi.advanceTimersByTimeAsync(1000);
  expect(reading.value.record).not.toBeNull();
  expect(reading.value.problem?.because).toBe('no');
  await vi.advanceTimersByTimeAsync(1000);
  expect(from).toHaveBeenCalledTimes(3);
});

test('what is not there is asked for once', async () => {
  const { from } = follow({ ok: false, problem: { status: 404, because: 'none', remedy: '' } });
  await vi.advanceTimersByTimeAsync(30_000);
  expect(from).toHaveBeenCalledTimes(1);
});

test('nothing is read after the end of following', async () => {
  const { from } = follow(found(running));
  await settled();
  followed?.stop();
  await vi.advanceTimersByTimeAsync(30_000);
  expect(from).toHaveBeenCalledTimes(1);
});
