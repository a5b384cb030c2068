import { expect, test } from 'vitest';
import { axisOf, ticksOf } from '../../src/recoveries/axis';
import { at, recoveryOf, result, stageOf, stepOf, takeover } from './records';

test('each stage lies where it was, and all seconds are accounted for', () => {
  const axis = axisOf(takeover(), 0)!;
  expect(axis.total).toBe(6000);
  expect(axis.spans.map((one) => [one.name, one.from, one.until, one.looked])).toEqual([
    ['gather', 500, 1500, 500], ['freeze', 2000, 2100, 500], ['open', 2200, 2500, 100], ['follow', 5500, 6000, 3000],
    ['promoted', 6000, 6000, 0],
  ]);
  expect(axis.worked).toBe(1900);
  expect(axis.worked + axis.looked).toBe(axis.total);
});

test('writes are blocked from the stage that blocks them to the end of the one that opens a server', () => {
  expect(axisOf(takeover(), 0)!.blocked).toEqual({ from: 2000, until: 2500, isOver: true });
});

test('a block that was undone ends when it was', () => {
  const recovery = takeover();
  recovery.stages![1]!.undo = { because: 'the limit was reached', at: at(2300) };
  expect(axisOf(recovery, 0)!.blocked).toEqual({ from: 2000, until: 2300, isOver: true });
});

test('a server that could not be opened ends no block', () => {
  const recovery = takeover();
  recovery.stages![2]!.results = [result({ state: 'Failed' })];
  expect(axisOf(recovery, 0)!.blocked).toEqual({ from: 2000, until: 6000, isOver: false });
});

test('what runs reaches until now, whatever the clock of the reader says', () => {
  const running = recoveryOf([stageOf('gather', { from: 500, until: 1000 }), stageOf('freeze', { from: 1200 })]);
  const late = axisOf(running, Date.parse(at(4000)))!;
  expect([late.total, late.spans[1]!.until, late.spans[1]!.isRunning]).toEqual([4000, 4000, true]);
  const early = axisOf(running, Date.parse(at(-9000)))!;
  expect([early.total, early.spans[1]!.until]).toEqual([1200, 1200]);
});

test('a stage without an end goes until the next one', () => {
  const recovery = recoveryOf([
    stageOf('gather', { from: 500 }), stageOf('undo', { from: 900, until: 1000 }),
    stageOf('given up', { from: 1000, stage: { outcome: { result: 'rolled-back', because: 'x' } } }),
  ]);
  expect(axisOf(recovery, 0)!.spans[0]!.until).toBe(900);
});

test('a plan that is only rehearsed has no timeline', () => {
  const open = stageOf('open', { from: 0, until: 0, stage: { steps: [stepOf('set-writable')] } });
  expect(axisOf(recoveryOf([open]), Date.parse(at(5000)))).toBeNull();
  expect(axisOf(recoveryOf([]), 0)).toBeNull();
});

test('the axis has few marks, at round lengths', () => {
  expect(ticksOf(6000)).toEqual([0, 2000, 4000, 6000]);
  expect(ticksOf(730)).toEqual([0, 200, 400, 600]);
  expect(ticksOf(0)).toEqual([]);
  expect(ticksOf(40 * 86_400_000).length).toBeLessThanOrEqual(6);
});
