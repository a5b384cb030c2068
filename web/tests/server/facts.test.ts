import { expect, test } from 'vitest';
import type { Instance, Link, Member } from '../../src/api/types';
import { channelOf } from '../../src/server/channels';
import { eventsOf, logsOf, privilegesOf, roleOf, semiSyncOf, writesOf } from '../../src/server/facts';

// What the answer always has is not said here where a fact does not read it.
const instance = { key: 'db3:3306', version: '8.4.0' } as Instance;
const member: Member = {
  key: 'db3:3306', seen: true, depth: 1, sources: ['db1:3306'], promotionRule: 'Neutral', tags: {},
  formerPrimary: false, missing: [], instance,
};
const link = {
  source: 'db1:3306', receiver: 'Running', applier: 'Running', lagSeconds: 3, autoPosition: true,
} as Link;

test('what a server is in its cluster', () => {
  expect(roleOf(member, 'db1:3306')).toBe('replica of db1:3306');
  expect(roleOf({ ...member, sources: [] }, 'db3:3306')).toBe('primary');
  expect(roleOf({ ...member, formerPrimary: true }, 'db1:3306')).toBe('former primary; it does not replicate yet');
  expect(roleOf({ ...member, sources: [], instance: null }, null)).toBe('not known: it was never seen');
});

test('whether it accepts writes; what makes that doubtful is marked', () => {
  expect(writesOf(instance)).toEqual({ of: 'Writes', is: 'writable' });
  expect(writesOf({ ...instance, readOnly: true }).is).toBe('read-only, but not for administrators');
  expect(writesOf({ ...instance, readOnly: true, superReadOnly: true }).is).toBe('read-only for everybody');
  expect(writesOf({ ...instance, offlineMode: true }).tone).toBe('warning');
});

const toneOf = (of: string, rest: Partial<Link>) => channelOf({ ...link, ...rest }).find((one) => one.of === of);

test('a channel that is well marks nothing; a stopped thread and an error are marked', () => {
  expect(channelOf(link).filter((one) => one.tone)).toEqual([]);
  expect(toneOf('Receiver', { receiver: 'Stopped' })).toEqual({ of: 'Receiver', is: 'stopped', tone: 'warning' });
  expect(toneOf('Applier', { applier: 'Stopped', applierErrorNumber: 1062, applierError: 'Duplicate entry' })).toEqual(
    { of: 'Applier', is: 'stopped; error 1062: Duplicate entry', tone: 'critical' });
  expect(toneOf('Lag', { lagSeconds: null })).toEqual({ of: 'Lag', is: 'not known', tone: 'warning' });
});

test('semi-sync that has fallen back is marked', () => {
  const semiSync = {
    available: true, sourceEnabled: true, sourceActive: false, waitForReplicas: 1, clients: 0,
    timeoutMilliseconds: 10_000, replicaEnabled: false, replicaActive: false,
  };
  expect(semiSyncOf({ ...instance, semiSync })[0]).toMatchObject({ tone: 'warning' });
  expect(semiSyncOf({ ...instance, semiSync: { ...semiSync, sourceActive: true } })[0]?.tone).toBeUndefined();
});

test('what is not known is said to be so, and not left out as if it were well', () => {
  expect(logsOf(instance)).toEqual([{ of: 'Binary log', is: 'not known' }]);
  expect(semiSyncOf(instance)).toEqual([{ of: 'Semi-sync', is: 'not known' }]);
  expect(eventsOf(instance)).toEqual([]);
});

test('privileges that are missing are named', () => {
  expect(privilegesOf({ ...instance, missing: { forReplication: 'RELOAD', forRole: '' } })).toEqual([
    { of: 'To move replication', is: 'RELOAD is missing', tone: 'warning' },
  ]);
});
