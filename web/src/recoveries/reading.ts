import { computed, effect, signal, untracked, type ReadonlySignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { ask, pathOf, type Answer, type Problem } from '../api/client';
import { liveness, recoveries } from '../fleet/fleet';
import { learnRecord } from './known';
import type { RecoveryRecord } from './stages';

export type Reading = { record: RecoveryRecord | null; problem: Problem | null };

/** While it runs it is read so often, in ms: events tell when a stage begins, and not how its steps go. */
const whenLive = 2000, otherwise = 1000;

type Ask = (id: string) => Promise<Answer<RecoveryRecord>>;

/** Reads one recovery with its whole record. */
export const readRecord: Ask = (id) => ask<RecoveryRecord>(pathOf('/recoveries/{id}', { id }));

/** Reads one recovery, again when something of it is told, and until it has ended; `stop` ends that. */
export const followRecovery = (id: string, from: Ask = readRecord) => {
  const reading = signal<Reading>({ record: null, problem: null });
  let over = false, busy = false, again = false, isOwn = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const once = async () => {
    clearTimeout(timer);
    if (busy) { again = true; return; }
    busy = true;
    again = false;
    const answer = await from(id);
    busy = false;
    if (over) return;
    isOwn = true;
    reading.value = taken(reading.peek(), answer);
    isOwn = false;
    if (again) void once();
    else if (goesOn(reading.peek())) timer = setTimeout(once, isLive.peek() ? whenLive : otherwise);
  };
  const unfollow = effect(() => {
    void recoveries.value.get(id)?.value;
    void isLive.value;
    if (!isOwn) untracked(once);
  });
  const stop = () => {
    over = true;
    clearTimeout(timer);
    unfollow();
  };
  return { reading: reading as ReadonlySignal<Reading>, stop };
};

const isLive = computed(() => liveness.value.is === 'live');

const taken = (before: Reading, answer: Answer<RecoveryRecord>): Reading => {
  if (!answer.ok) return { record: before.record, problem: answer.problem };
  learnRecord(answer.value);
  return { record: answer.value, problem: null };
};

// What is not there is not asked for again; what did not answer is.
const goesOn = ({ record, problem }: Reading) => (problem ? ![401, 403, 404].includes(problem.status) : !record?.endedAt);

/** One recovery, followed as long as the component is shown. */
export const useRecovery = (id: string): Reading => {
  const followed = useMemo(() => followRecovery(id), [id]);
  useEffect(() => followed.stop, [followed]);
  return followed.reading.value;
};
