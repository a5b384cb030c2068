import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Answer } from '../../src/api/client';
import type { RehearsedPlan } from '../../src/api/types';
import { endOf, rehearser, type Rehearsal } from '../../src/acting/rehearsal';
import { follows, planOf, refused } from './rows';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Question = { cancel: AbortSignal; answer: (of: Answer<RehearsedPlan>) => void; fail: (why: Error) => void };

const setUp = () => {
  const told: Rehearsal[] = [];
  const questions: Question[] = [];
  const reader = rehearser((one) => told.push(one));
  const ask = (cancel: AbortSignal) => new Promise<Answer<RehearsedPlan>>((answer, fail) => {
    questions.push({ cancel, answer, fail });
  });
  return { told, questions, reader, ask };
};

const ok = (value: RehearsedPlan): Answer<RehearsedPlan> => ({ ok: true, value });

test('while the reader types, the newest question alone is asked', async () => {
  const { questions, reader, ask } = setUp();
  reader.ask(ask);
  reader.ask(ask);
  reader.ask(ask);
  await vi.advanceTimersByTimeAsync(299);
  expect(questions).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(questions).toHaveLength(1);
});

test('an old answer that comes after a newer one does not take its place', async () => {
  const { told, questions, reader, ask } = setUp();
  reader.ask(ask);
  await vi.advanceTimersByTimeAsync(300);
  reader.ask(ask);
  await vi.advanceTimersByTimeAsync(300);
  questions[1]!.answer(ok(follows('db2:3306')));
  await vi.advanceTimersByTimeAsync(0);
  questions[0]!.answer(ok(follows('db1:3306')));
  await vi.advanceTimersByTimeAsync(0);
  expect(questions[0]!.cancel.aborted).toBe(true);
  expect(told.at(-1)).toEqual({ is: 'read', plan: follows('db2:3306') });
});

test('an old answer that comes while the newer question is out is not shown as its answer', async () => {
  const { told, questions, reader, ask } = setUp();
  reader.ask(ask);
  await vi.advanceTimersByTimeAsync(300);
  reader.ask(ask);
  questions[0]!.answer(ok(follows('db1:3306')));
  await vi.advanceTimersByTimeAsync(0);
  expect(told.at(-1)).toEqual({ is: 'reading', before: null });
});

test('a cancelled question that fails tells nothing', async () => {
  const { told, questions, reader, ask } = setUp();
  reader.ask(ask, false);
  await vi.advanceTimersByTimeAsync(0);
  reader.wait(['Below']);
  questions[0]!.fail(new DOMException('cancelled', 'AbortError'));
  await vi.advanceTimersByTimeAsync(0);
  expect(told.at(-1)).toEqual({ is: 'asking', missing: ['Below'] });
});

test('a refused question says why, and the plan before it is not kept', async () => {
  const { told, questions, reader, ask } = setUp();
  reader.ask(ask, false);
  await vi.advanceTimersByTimeAsync(0);
  const problem = { status: 400, because: 'to: no such server', remedy: '' };
  questions[0]!.answer({ ok: false, problem });
  await vi.advanceTimersByTimeAsync(0);
  expect(told.at(-1)).toEqual({ is: 'failed', problem });
  reader.ask(ask);
  expect(told.at(-1)).toEqual({ is: 'reading', before: null });
});

test('how a plan would end', () => {
  expect(endOf(follows('db2:3306'))).toEqual({ says: 'db3:3306 follows db2:3306', refusal: null });
  expect(endOf(refused).refusal).toEqual({ because: 'db3:3306 is the primary', remedy: 'a takeover' });
  expect(endOf(planOf('it waits', null))).toEqual({ says: null, refusal: null });
  expect(endOf(planOf('undone', { result: 'rolled-back', because: 'db2 did not answer' })).refusal?.because)
    .toBe('db2 did not answer');
});
