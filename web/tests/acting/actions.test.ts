import { expect, test } from 'vitest';
import { actionsOf, actionsOfCluster } from '../../src/acting/actions';
import type { Options } from '../../src/acting/options';
import type { Member } from '../../src/api/types';
import { all } from './rows';

const refusal = { because: 'db3:3306 is the primary', remedy: 'a takeover' };
const member: Member = {
  key: 'db3:3306', seen: true, depth: 1, sources: ['db1:3306'], promotionRule: 'Neutral', tags: {},
  formerPrimary: false, missing: [],
};
const options: Options = {
  cluster: 'c-1', takenAt: '2026-01-01T00:00:00Z', options: [
    { operation: 'relocate', asks: [], targets: [{ key: 'db1:3306', refusal }, { key: 'db2:3306' }] },
    { operation: 'stop-replication', refusal, asks: [] },
    { operation: 'takeover', asks: [], targets: [] },
    { operation: 'failover', asks: [], assumes: 'db1:3306 is dead', targets: [] },
  ],
};

const ofServer = { ...options, options: options.options.slice(0, 2) };

const labels = (member: Member, of: Options | null = ofServer) =>
  actionsOf(all, of, member).map((group) => `${group.name}: ${group.actions.map((one) => one.operation).join(' ')}`);

test('what can be done with a server stands in its groups; what is about others does not', () => {
  expect(labels(member)).toEqual([
    'Move: relocate', 'Replication: stop-replication', 'Declarations: downtime undowntime promotion-rule forget',
  ]);
});

test('before the plans are judged, or when that fails, each is offered and none is refused', () => {
  const all = labels(member, null);
  expect(all).toContain('Declarations: downtime undowntime promotion-rule forget');
  expect(all.some((group) => group.startsWith('Move: relocate'))).toBe(true);
});

const find = (operation: string, of = member) =>
  actionsOf(all, ofServer, of).flatMap((one) => one.actions).find((one) => one.operation === operation);

test('a refused one is there with its reason, an open one with how many can be chosen', () => {
  expect(find('stop-replication')?.refusal).toEqual(refusal);
  expect(find('relocate')).toMatchObject({
    refusal: null, does: 'Do relocate (1 of 2 servers can be chosen)', given: { instance: 'db3:3306' },
  });
});

test('a downtime that is not there cannot be ended', () => {
  expect(find('undowntime')?.refusal?.because).toBe('db3:3306 is in no downtime of its own');
  const down = { ...member, downtime: { owner: 'alice', reason: '', until: '2026-01-01T00:00:00Z' } };
  expect(find('undowntime', down)?.refusal).toBeNull();
});

test('of a cluster the switch stands first, and a downtime is begun or ended', () => {
  const map = new Map(all.map((one) => [one.name, one]));
  const names = (isDown: boolean) => actionsOfCluster(map, options, 'shop', isDown).map((one) => one.operation);
  expect(names(false)).toEqual(['takeover', 'failover', 'downtime', 'adopt', 'discover']);
  expect(names(true)).toEqual(['takeover', 'failover', 'undowntime', 'adopt', 'discover']);
  expect(actionsOfCluster(map, options, 'shop', false).map((one) => one.given)).toEqual([
    { cluster: 'shop' }, { cluster: 'shop' }, { name: 'shop' }, { cluster: 'shop' }, {},
  ]);
  expect(actionsOfCluster(map, options, 'shop', false)[1]?.assumes).toBe('db1:3306 is dead');
});

test('a refusal that something in the form may pass over does not close the form', () => {
  const force = { ...all[0]!.arguments[0]!, key: 'force', kind: 'flag', required: false };
  const forced = all.map((one) => (one.name === 'stop-replication' ? { ...one, arguments: [...one.arguments, force] } : one));
  const stop = actionsOf(forced, ofServer, member).flatMap((one) => one.actions).find((one) => one.operation === 'stop-replication');
  expect(stop).toMatchObject({ refusal, mayPass: true });
  expect(find('relocate')?.mayPass).toBe(false);
});
