import type { Recovery, StageRecord } from '../api/types';
import { runningStage, stagesOf } from './stages';

/** A part of a recovery on its axis: ms since it began. `looked`: how long before it was looked and planned. */
export type Span = {
  number: number; name: string; from: number; until: number; looked: number; isRunning: boolean; isEnd: boolean;
};

/** Writes that nobody could do: since a planned switch blocked them, until a server accepted them again. */
export type Blocked = { from: number; until: number; isOver: boolean };

export type Axis = { total: number; spans: Span[]; looked: number; worked: number; blocked: Blocked | null };

/**
 * The stages of a recovery on one axis, from its begin to its end; until `now` while it runs. Null for a plan that is
 * only rehearsed, in which no time passes.
 */
export const axisOf = (recovery: Recovery, now: number): Axis | null => {
  const begin = Date.parse(recovery.startedAt);
  const stages = stagesOf(recovery);
  const running = runningStage(recovery);
  const told = Math.max(0, ...stages.flatMap(instantsOf).map((at) => at - begin));
  // The reader's clock may be behind that of the server.
  const total = stages.at(-1)?.stage.outcome ? told : Math.max(told, now - begin);
  if (stages.length === 0 || told === 0) return null;
  let last = 0;
  const spans = stages.map((record, i) => {
    const span = spanOf(record, i, { begin, last, running, end: endOf(stages, i, begin) ?? total });
    last = span.until;
    return span;
  });
  const worked = spans.reduce((sum, one) => sum + one.until - one.from, 0);
  return { total, spans, worked, looked: Math.max(0, total - worked), blocked: blockedOf(stages, begin, total) };
};

type Around = { begin: number; last: number; running: number; end: number };

const spanOf = (record: StageRecord, i: number, { begin, last, running, end }: Around): Span => {
  const from = Math.max(last, Date.parse(record.plannedAt) - begin);
  const isEnd = !!record.stage.outcome;
  return {
    number: i + 1, name: record.stage.name, from, until: isEnd ? from : Math.max(from, end), looked: from - last,
    isRunning: i === running, isEnd,
  };
};

const instantsOf = ({ plannedAt, doneAt }: StageRecord) =>
  [plannedAt, doneAt].filter((at) => at != null).map((at) => Date.parse(at));

/** When a stage ended, or the next one began; null where it goes on. */
const endOf = (stages: readonly StageRecord[], i: number, begin: number) => {
  const end = stages[i]?.doneAt ?? stages[i + 1]?.plannedAt;
  return end ? Date.parse(end) - begin : null;
};

const blockedOf = (stages: readonly StageRecord[], begin: number, total: number): Blocked | null => {
  const at = stages.findIndex(({ stage, wasNotBegun }) => stage.block && !wasNotBegun);
  const blocking = stages[at];
  if (!blocking) return null;
  const from = Date.parse(blocking.plannedAt) - begin;
  if (blocking.undo) return { from, until: Date.parse(blocking.undo.at) - begin, isOver: true };
  const opened = stages.findIndex((one, i) => i > at && !!one.doneAt && opens(one));
  const until = opened < 0 ? null : endOf(stages, opened, begin);
  return { from, until: until ?? total, isOver: until !== null };
};

const opens = ({ stage, results }: StageRecord) => stage.steps.some(
  ({ step }, j) => step.verb === 'set-writable' && ['Done', 'AlreadyTrue'].includes(results[j]?.state ?? ''));

/** Places on an axis for its marks: about four, at round lengths. */
export const ticksOf = (total: number): number[] => {
  if (total <= 0) return [];
  const step = steps.find((one) => total / one <= 5) ?? Math.ceil(total / 5 / 86_400_000) * 86_400_000;
  return Array.from({ length: Math.floor(total / step) + 1 }, (_, i) => i * step);
};

const second = 1000, minute = 60 * second, hour = 60 * minute;
const steps = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, second, 2 * second, 5 * second, 10 * second, 30 * second, minute, 2 * minute,
  5 * minute, 10 * minute, 30 * minute, hour, 2 * hour, 6 * hour, 12 * hour, 24 * hour,
];
