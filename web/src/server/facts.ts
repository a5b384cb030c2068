import type { Instance, Member } from '../api/types';
import { lengthOf, localOf } from '../parts/time';

/** A fact in words: what it is of, what it is, and whether the reader should see to it. */
export type Fact = { of: string; is: string; tone?: 'warning' | 'critical' };

/** What it is in its cluster, in one line. */
export const roleOf = (member: Member, primary: string | null): string => {
  const { key, sources } = member;
  if (member.formerPrimary) return 'former primary; it does not replicate yet';
  if (key === primary) return sources.length > 0 ? `primary; it also receives from ${sources.join(', ')}` : 'primary';
  if (sources.length > 0) return `replica of ${sources.join(', ')}`;
  return member.instance ? 'it follows nobody' : 'not known: it was never seen';
};

/** Whether it accepts writes, and why that may not hold. */
export const writesOf = (instance: Instance): Fact => {
  const remarks = [
    instance.isReadOnlyPending ? 'it is being made read-only and waits for commits to end' : '',
    instance.offlineMode ? 'offline_mode: it lets no ordinary client in' : '',
    instance.isReadOnlySinceStart ? 'read-only since its start: nobody has set it' : '',
  ].filter((one) => one !== '');
  const closed = instance.superReadOnly ? 'read-only for everybody' : 'read-only, but not for administrators';
  const is = [instance.readOnly || instance.superReadOnly ? closed : 'writable', ...remarks].join('; ');
  const isOdd = instance.isReadOnlyPending || instance.offlineMode;
  return isOdd ? { of: 'Writes', is, tone: 'warning' } : { of: 'Writes', is };
};

/** Version, names, age, place. */
export const identityOf = (instance: Instance): Fact[] => present([
  ['Version', instance.version],
  ['Server id', String(instance.serverId ?? '')],
  ['UUID', instance.serverUuid ?? ''],
  ['Installation', instance.installation ?? ''],
  ['Up for', instance.uptimeSeconds == null ? '' : `${lengthOf(instance.uptimeSeconds * 1000)}, when it was asked`],
  ['Other names', (instance.aliases ?? []).join(', ')],
  ['Data centre', instance.location?.dataCenter ?? ''],
  ['Region', instance.location?.region ?? ''],
  ['Asks for TLS', instance.requiresTls ? 'yes: who comes without it is turned away' : ''],
  ['Group', instance.group ? `${instance.group.name}: ${instance.group.state}, ${instance.group.role}` : ''],
]);

/** The binary log, and the relay log's safety. */
export const logsOf = ({ binaryLog, relayLog }: Instance): Fact[] => {
  if (!binaryLog) return [{ of: 'Binary log', is: 'not known' }];
  if (!binaryLog.enabled) return [{ of: 'Binary log', is: 'off: nobody can follow it', tone: 'warning' }];
  return present([
    ['Format', binaryLog.format],
    ['Logs what it receives', binaryLog.logsReplicaUpdates ? 'yes' : 'no: replicas below it would miss that'],
    ['Position', binaryLog.position ?? ''],
    ['Filters', binaryLog.filters ?? ''],
    ['Relay log', relayLog ? relayWords(relayLog) : ''],
  ]);
};

const relayWords = ({ recoversAtStart, syncEvery }: NonNullable<Instance['relayLog']>) =>
  `${recoversAtStart ? 'given up and fetched anew at every start' : 'kept at a start'}; written to the disk ${
    syncEvery === 0 ? 'when the operating system does' : `after ${syncEvery} events`}`;

/** Semi-sync: what it was told, and what it does. */
export const semiSyncOf = (instance: Instance): Fact[] => {
  const it = instance.semiSync;
  if (!it) return [{ of: 'Semi-sync', is: 'not known' }];
  if (!it.available) return [{ of: 'Semi-sync', is: 'the server cannot do it: its plugin is not loaded' }];
  return [sourceOf(it), replicaOf(it)];
};

type SemiSync = NonNullable<Instance['semiSync']>;

const sourceOf = (it: SemiSync): Fact => {
  const of = 'As a source';
  if (!it.sourceEnabled) return { of, is: 'it waits for no acknowledgement' };
  const waits = `a commit waits for ${it.waitForReplicas} of ${it.clients} that acknowledge, for ${
    lengthOf(it.timeoutMilliseconds)} at most`;
  if (it.sourceActive) return { of, is: waits };
  return { of, is: `${waits}; it has fallen back to waiting for nobody`, tone: 'warning' };
};

const replicaOf = (it: SemiSync): Fact => {
  const of = 'As a replica';
  if (!it.replicaEnabled) return { of, is: 'it acknowledges nothing' };
  return { of, is: it.replicaActive ? 'it acknowledges' : 'it would acknowledge; it does not now' };
};

const schedulers = { On: 'it runs', Off: 'it does not run', Disabled: 'it cannot run' } as const;

/** What the events of the server do: names of those that are kept. */
export const eventsOf = ({ events }: Instance): Fact[] => {
  if (!events) return [];
  const listed = (of: string, { names, more }: { names: string[]; more: number }): [string, string] =>
    [of, names.length + more === 0 ? '' : names.join(', ') + (more > 0 ? ` and ${more} more` : '')];
  return present([
    ['Scheduler', schedulers[events.scheduler]],
    listed('Run here', events.enabled), listed('Disabled', events.disabled),
    listed('Left to the source', events.replicaSide),
  ]);
};

/** What people have said of it. */
export const declarationsOf = (member: Member): Fact[] => {
  const until = member.promotionRuleUntil ? ` until ${localOf(member.promotionRuleUntil)}` : '';
  const down = member.downtime;
  return present([
    ['Promotion rule', member.promotionRule.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase() + until],
    ['Downtime', down ? `until ${localOf(down.until)}, by ${down.owner}: ${down.reason || 'no reason given'}` : ''],
    ['Tags', Object.entries(member.tags).map(([key, value]) => (value ? `${key}=${value}` : key)).join(', ')],
  ]);
};

/** What our account may not do there. */
export const privilegesOf = ({ missing, replicationAccount }: Instance): Fact[] => {
  const facts = present([
    ['To move replication', missing?.forReplication ?? ''],
    ['To change its role', missing?.forRole ?? ''],
    ['To see its events', missing?.forEvents ?? ''],
  ]).map((one) => ({ ...one, is: `${one.is} is missing`, tone: 'warning' as const }));
  if (replicationAccount && (!replicationAccount.exists || replicationAccount.isLocked)) {
    const why = replicationAccount.exists ? 'is locked' : 'is not there';
    facts.push({ of: 'Account of replicas', is: `${replicationAccount.user} ${why}`, tone: 'warning' });
  }
  return facts;
};

/** Rows of which something can be said. */
export const present = (rows: [string, string][]): Fact[] =>
  rows.filter(([, is]) => is !== '').map(([of, is]) => ({ of, is }));
