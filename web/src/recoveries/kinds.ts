import { wordsOf } from '../parts/words';

const kinds: Record<string, string> = {
  DeadPrimary: 'Failover of a dead primary', FenceFormerPrimary: 'Closing of a former primary',
  FinishRecovery: 'End of what a recovery left open', OpenPrimary: 'Opening of the primary', Takeover: 'Takeover',
  Relocate: 'Move below another server', Repoint: 'Pointing to the source anew', None: 'Problem without a plan',
  RelocateReplicas: 'Move of all replicas', RepointReplicas: 'Pointing of all replicas anew',
  TakeSource: 'Swap with the source', Reattach: 'Reattaching to the source', StartReplication: 'Start of replication',
  StopReplication: 'Stop of replication', RestartReplication: 'Restart of replication',
  ForgetSource: 'Cutting off from the source', Detach: 'Detaching from the source', UseGtid: 'Change to GTID',
  UseFilePosition: 'Change to file and position', ReplicationAccount: 'Change of the replication account',
  Delay: 'Change of the delay', SemiSync: 'Change of semi-sync', Close: 'Closing for writes',
  SkipTransaction: 'Skipping of a transaction', CommitErrant: 'Commit of empty transactions',
  ForgetErrant: 'Reset of errant transactions', FlushBinaryLogs: 'New binary log file',
  PurgeBinaryLogs: 'Deletion of old binary logs', KillQuery: 'End of a statement',
};

/** The kind of a recovery in words; one that this page does not know yet is told by its own name. */
export const kindWords = (kind: string) => kinds[kind] ?? wordsOf(kind);

/** Whether it puts another server in the place of a dead one, by itself or asked for. */
export const isFailover = (kind: string) => kind === 'DeadPrimary';

/** `stand-still` as `Stand still`. */
export const stageWords = (name: string) => {
  const words = name.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** A sentence of the API with its full stop. */
export const sentenceOf = (says: string) => (says === '' || /[.?:]$/.test(says) ? says : `${says}.`);
