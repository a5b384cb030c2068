import type { Member } from '../api/types';
import type { Operation } from '../app/session';
import type { Action } from './ActionRow';
import type { Option, Options } from './options';
import { labelOfOperation } from './words';

export type Group = { name: string; actions: Action[] };

const groups: [string, readonly string[]][] = [
  ['Move', ['relocate', 'repoint', 'relocate-replicas', 'repoint-replicas', 'take-source', 'detach', 'reattach']],
  ['Replication', [
    'start-replication', 'stop-replication', 'restart-replication', 'delay', 'use-gtid', 'use-file-position',
    'replication-account',
  ]],
  ['Role and writes', ['close', 'semi-sync', 'forget-source', 'split']],
  ['Logs and transactions', [
    'skip-transaction', 'commit-errant', 'forget-errant', 'flush-binary-logs', 'purge-binary-logs', 'kill-query',
  ]],
  ['Declarations', [
    'downtime', 'undowntime', 'maintenance', 'end-maintenance', 'promotion-rule', 'tag', 'untag', 'pool', 'forget',
  ]],
];

const other = 'Other';

/** What stands in the place of a cluster's head, in this order. */
const ofCluster = ['takeover', 'failover', 'open', 'downtime', 'undowntime', 'alias', 'adopt', 'discover'];

const groupOf = (name: string) => groups.find(([, names]) => names.includes(name))?.[0] ?? other;

const placeOf = (name: string) => {
  const place = groups.flatMap(([, names]) => names).indexOf(name);
  return place < 0 ? Infinity : place;
};

/** Everything that can be proposed for a server, in groups. Of plans `options` says what is refused. */
export const actionsOf = (
  operations: Iterable<Operation>, options: Options | null, member: Member,
): Group[] => {
  const about = [...operations].filter((one) => isAboutServer(one, options));
  about.sort((a, b) => placeOf(a.name) - placeOf(b.name));
  return [...groups.map(([name]) => name), other]
    .map((name) => ({
      name,
      actions: about.filter((one) => groupOf(one.name) === name).map((one) => actionOf(one, options, member)),
    }))
    .filter((one) => one.actions.length > 0);
};

// A pool is about several servers, none of which it is asked for alone; a server of a cluster is adopted by no other.
const isAboutServer = (one: Operation, options: Options | null) => {
  // Before they are judged, or when that cannot be read, plans are offered unjudged: the dialog says what is refused.
  if (one.kind === 'plan')
    return options ? options.options.some((option) => option.operation === one.name) : one.subject === 'instance';
  if (one.kind !== 'act' || one.path.includes('{cluster}')) return false;
  return one.name === 'pool' || one.subject === 'instance' || one.subject === 'name';
};

const actionOf = (operation: Operation, options: Options | null, member: Member): Action => {
  const option = options?.options.find((one) => one.operation === operation.name);
  const { key } = member;
  const given: Record<string, string> = operation.subject ? { [operation.subject]: key } : {};
  return {
    ...about(operation, option), given, title: `${labelOfOperation(operation.name)}: ${key}`,
    refusal: option ? option.refusal ?? null : alreadySo(operation.name, member),
  };
};

const about = (operation: Operation, option: Option | undefined) => ({
  operation: operation.name, label: labelOfOperation(operation.name), assumes: option?.assumes ?? null,
  does: operation.does + choiceOf(option),
  mayPass: operation.arguments.some((one) => passing.includes(one.key)),
});

/** Arguments that pass over a refusal of the plan without them. */
const passing: readonly string[] = ['force', 'primaryIsDead', 'acceptLoss'];

const choiceOf = (option: Option | undefined) => {
  if (!option?.targets || option.targets.length === 0) return '';
  const open = option.targets.filter((one) => !one.refusal).length;
  return ` (${open} of ${option.targets.length} servers can be chosen)`;
};

/** What cannot be ended because it is not there. */
const alreadySo = (name: string, member: Member) => {
  const { key, downtime, tags } = member;
  if (name === 'undowntime' && !downtime) return { because: `${key} is in no downtime of its own`, remedy: '' };
  if (name === 'untag' && Object.keys(tags).length === 0) return { because: `${key} has no tag`, remedy: '' };
  return null;
};

/** What can be proposed for a cluster. `name` is what the operations are told. */
export const actionsOfCluster = (
  operations: ReadonlyMap<string, Operation>, options: Options | null, name: string, isDown: boolean,
): Action[] => ofCluster
  .filter((one) => (isDown ? one !== 'downtime' : one !== 'undowntime'))
  .flatMap((one) => {
    const operation = operations.get(one);
    const option = options?.options.find((o) => o.operation === one);
    if (!operation || (operation.kind === 'plan' && options && !option)) return [];
    return [{
      ...about(operation, option), given: givenOfCluster(operation, name), refusal: option?.refusal ?? null,
      title: `${labelOfOperation(one)}: ${name}`,
    }];
  });

const givenOfCluster = (operation: Operation, name: string): Record<string, string> => {
  if (operation.arguments.some((one) => one.key === 'cluster')) return { cluster: name };
  return operation.subject === 'name' ? { name } : {};
};
