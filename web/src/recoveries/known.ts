import { batch } from '@preact/signals';
import type { RecoverySummary } from '../api/types';
import { put, recoveries, type RecoveryState } from '../fleet/fleet';

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
