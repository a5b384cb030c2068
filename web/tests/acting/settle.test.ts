import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { settling } from '../../src/acting/settle';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('it calls once when what was touched stands still', () => {
  const call = vi.fn();
  const it = settling(call, 1000, 5000);
  it.touch();
  vi.advanceTimersByTime(600);
  it.touch();
  vi.advanceTimersByTime(999);
  expect(call).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(call).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(9000);
  expect(call).toHaveBeenCalledTimes(1);
});

test('what never stands still is called for all the same, after the longest wait', () => {
  const call = vi.fn();
  const it = settling(call, 1000, 5000);
  for (let i = 0; i < 12; i++) {
    it.touch();
    vi.advanceTimersByTime(400);
  }
  expect(call).not.toHaveBeenCalled();
  it.touch();
  vi.advanceTimersByTime(200);
  expect(call).toHaveBeenCalledTimes(1);
});

test('after it was stopped nothing is called', () => {
  const call = vi.fn();
  const it = settling(call, 1000, 5000);
  it.touch();
  it.stop();
  vi.advanceTimersByTime(9000);
  expect(call).not.toHaveBeenCalled();
});
