import { batch } from '@preact/signals';
import type { RecoverySummary } from '../api/types';
import { put, recoveries, type RecoveryState } from '../fleet/fleet';
import { stagesOf, type RecoveryRecord } from './stages';

/** What is known of a recovery after it was read: an event that told its end before counts, and so does its stage. */
export const merged = (known: RecoveryState | undefined, read: RecoverySummary): RecoveryState => {
  if (!known) return { recovery: read, stage: null, stages: 0 };
  const isOlder = (known.recovery.endedAt && !read.endedAt)
    || (known.recovery.acknowledgedBy && !read.acknowledgedBy);
  return isOlder ? known : { ...known, recovery: read };
};

const isSame = (a: RecoverySummary, b: RecoverySummary) =>
  a.endedAt === b.endedAt && a.acknowledgedBy === b.acknowledgedBy && a.says === b.says;

/** Keeps what a list or a record told, among what events tell. */
export const learn = (read: readonly RecoverySummary[]) => batch(() => {
  for (const one of read) {
    const known = recoveries.peek().get(one.id)?.peek();
    if (known && isSame(known.recovery, one)) continue;
    put(recoveries, one.id, merged(known, one));
  }
});

/** Keeps what a whole record told: its newest stage too, which lists do not tell, and so whether it waits. */
export const learnRecord = (record: RecoveryRecord) => batch(() => {
  learn([record]);
  const known = recoveries.peek().get(record.id);
  const stages = stagesOf(record.recovery);
  if (!known || stages.length <= known.peek().stages) return;
  known.value = { ...known.peek(), stage: stages.at(-1)?.stage.name ?? null, stages: stages.length };
});

/** Those that run and of which no event told the stage. */
export const withoutStage = (read: readonly RecoverySummary[]) =>
  read.filter((one) => !one.endedAt && recoveries.peek().get(one.id)?.peek().stage == null);
