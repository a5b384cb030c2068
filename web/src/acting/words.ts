import type { Operation } from '../app/session';
import { passesOver, type Values } from './form';

/** What an operation is called: on the button that proposes it, and on the one that confirms it. */
type Wording = { label: string; confirm: (about: string, to: string, values: Values) => string };

const of = (label: string, confirm: Wording['confirm']): Wording => ({ label, confirm });

const wordings: Record<string, Wording> = {
  relocate: of('Move', (one, to) => `Move ${one} below ${to || '…'}`),
  repoint: of('Point anew', (one, to) => `Point ${one} to ${to || 'its source'} anew`),
  'relocate-replicas': of(
    'Move its replicas', (one, to) => `Move the replicas of ${one} below ${to || 'the best of them'}`),
  'repoint-replicas': of('Point its replicas anew', (one) => `Point the replicas of ${one} to it anew`),
  'take-source': of('Swap with its source', (one) => `Swap ${one} with its source`),
  reattach: of('Reattach', (one) => `Reattach ${one}`),
  detach: of('Detach', (one) => `Detach ${one}`),
  takeover: of('Switch primary', (_, to) => `Switch the primary to ${to || 'the best replica'}`),
  failover: of('Fail over', (_, to) => `Replace the primary by ${to || 'the best replica'}`),
  open: of('Open', (one) => `Let the primary of ${one} accept writes`),
  close: of('Close', (one) => `Make ${one} refuse writes`),
  'start-replication': of('Start replication', (one) => `Start the replication of ${one}`),
  'stop-replication': of('Stop replication', (one) => `Stop the replication of ${one}`),
  'restart-replication': of('Restart replication', (one) => `Restart the replication of ${one}`),
  'forget-source': of('Forget its source', (one) => `Let ${one} follow nobody`),
  'use-gtid': of('Use GTID', (one) => `Let ${one} use GTID`),
  'use-file-position': of('Use file and position', (one) => `Let ${one} use file and position`),
  'replication-account': of('Set replication account', (one) => `Set the replication account of ${one}`),
  delay: of('Delay', (one, _, { by }) => `Keep ${one} ${by || '…'} behind`),
  'semi-sync': of('Semi-sync', (one) => `Set semi-sync of ${one}`),
  'skip-transaction': of('Skip a transaction', (one) => `Skip the transaction that stops ${one}`),
  'commit-errant': of('Commit errant as empty', (one) => `Commit the errant transactions of ${one} as empty`),
  'forget-errant': of('Forget errant', (one) => `Let ${one} forget its errant transactions`),
  'flush-binary-logs': of('New binary log', (one) => `Begin a new binary log on ${one}`),
  'purge-binary-logs': of(
    'Purge binary logs', (one, _, { before }) => `Delete the binary logs of ${one} before ${before || '…'}`),
  'kill-query': of(
    'End a statement', (one, _, { session }) => `End the statement of session ${session || '…'} on ${one}`),
  approve: of('Approve', () => 'Approve the recovery'),
  cancel: of('Cancel the recovery', () => 'Cancel the recovery'),
  acknowledge: of('Acknowledge', () => 'Acknowledge the recovery'),
  downtime: of('Downtime', (one) => `Begin a downtime of ${one}`),
  undowntime: of('End downtime', (one) => `End the downtime of ${one}`),
  maintenance: of('Maintenance', (one) => `Begin a maintenance of ${one}`),
  'end-maintenance': of('End maintenance', (one) => `End the maintenance of ${one}`),
  'promotion-rule': of(
    'Promotion rule', (one, _, { rule }) => `Set the promotion rule of ${one}${rule ? ` to ${rule}` : ''}`),
  alias: of('Alias', (one, _, { alias, remove }) =>
    (remove ? `Take the alias of ${one} back` : `Name ${one} ${alias || '…'}`)),
  split: of('Split off', (one) => `Make ${one} a cluster of its own`),
  adopt: of('Adopt', (one, _, { cluster }) => `Take ${one || 'the server'} into ${cluster || 'the cluster'}`),
  forget: of('Forget', (one) => `Forget ${one}`),
  tag: of('Tag', (one, _, { tag }) => `Tag ${one}${tag ? ` with ${tag}` : ''}`),
  untag: of('Take a tag', (one, _, { tag }) => `Take the tag ${tag || '…'} from ${one}`),
  'untag-all': of('Take a tag everywhere', (_, __, { tag }) => `Take the tag ${tag || '…'} from all servers`),
  pool: of('Pool', (_, __, { pool, remove }) =>
    (remove ? `Give up pool ${pool}` : `Set the servers of pool ${pool || '…'}`)),
  discover: of('Discover', () => 'Discover the servers'),
  'create-token': of('Create token', (_, __, { name }) => `Create the token ${name || '…'}`),
  'revoke-token': of('Revoke token', (_, __, { name }) => `Revoke the token ${name || '…'}`),
  'enable-recovery': of('Enable recoveries', () => 'Let recoveries start everywhere'),
  'disable-recovery': of('Disable recoveries', () => 'Keep recoveries from starting everywhere'),
};

/** Its name in words; what the table does not know is read from the name itself. */
export const labelOfOperation = (name: string) => {
  const words = name.replaceAll('-', ' ');
  return wordings[name]?.label ?? words.charAt(0).toUpperCase() + words.slice(1);
};

/** What the button that confirms says: what will be done, with what stands in the form. */
export const confirmWords = (operation: Operation, values: Values) => {
  const about = values[operation.subject]?.trim() ?? '';
  const to = values[operation.target]?.trim() ?? '';
  const words = wordings[operation.name]?.confirm(about, to, values) ?? `${labelOfOperation(operation.name)} ${about}`;
  const forced = values.force === 'true' ? ', forced' : '';
  return `${words.trim()}${forced}`;
};

const grave = /^(failover|close|skip-transaction|kill-query|revoke-token)$|forget|purge|reset/;

/** Whether it may cost writes, availability or data that nothing brings back. */
export const isDangerous = (operation: Operation, values: Values = {}) =>
  passesOver(values) || (operation.needs === 'power' && grave.test(operation.name));
