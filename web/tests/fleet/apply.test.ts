import { effect } from '@preact/signals';
import { beforeEach, describe, expect, it } from 'vitest';
import { analyses, clusters, liveness, members, opened, putAll, recoveries } from '../../src/fleet/fleet';
import { apply } from '../../src/fleet/apply';
import { member, summary } from '../servers';

const event = (kind: string, data: unknown) => apply({ id: '', kind, data: JSON.stringify(data) });

beforeEach(() => {
  putAll(clusters, [['c-1', summary('c-1')], ['c-2', summary('c-2')]]);
  putAll(members, [['db1', member('db1')], ['db2', member('db2', ['db1'])]]);
  putAll(recoveries, []);
  opened.value = { cluster: 'c-1', alias: '', takenAt: '2026-01-01T00:00:00Z', primary: 'db1', owed: [] };
});

describe('An event', () => {
  it('of a server redraws that server and no other', () => {
    let [map, first, second] = [0, 0, 0];
    const stops = [
      effect(() => { members.value.size; map++; }), effect(() => { members.value.get('db1')!.value; first++; }),
      effect(() => { members.peek().get('db2')!.value; second++; }),
    ];
    event('server', { cluster: 'c-1', server: member('db2', ['db1'], { seen: false }) });
    expect([map, first, second]).toEqual([1, 1, 2]);
    stops.forEach((stop) => stop());
  });
  it('of a server of another cluster changes nothing that is shown', () => {
    event('server', { cluster: 'c-2', server: member('db9') });
    event('server-gone', { cluster: 'c-2', key: 'db1' });
    expect([...members.value.keys()]).toEqual(['db1', 'db2']);
  });
  it('of a new server and of one that is gone', () => {
    event('server', { cluster: 'c-1', server: member('db3', ['db1']) });
    event('server-gone', { cluster: 'c-1', key: 'db2' });
    expect([...members.value.keys()]).toEqual(['db1', 'db3']);
  });
  it('of a cluster tells the head of the open one too', () => {
    event('cluster', summary('c-1', { alias: 'shop', primary: 'db2' }));
    expect(clusters.value!.get('c-1')!.value.alias).toBe('shop');
    expect(opened.value).toMatchObject({ alias: 'shop', primary: 'db2' });
    event('cluster', summary('c-1', { primary: null }));
    expect(opened.value!.primary).toBeNull();
  });
  it('may come twice', () => {
    for (let i = 0; i < 2; i++) event('cluster-gone', { cluster: 'c-2' });
    for (let i = 0; i < 2; i++) event('analysis', { cluster: 'c-1', items: [] });
    expect([...clusters.value!.keys()]).toEqual(['c-1']);
    expect(analyses.value.get('c-1')!.value).toEqual([]);
  });
  it('that nothing can be told keeps since when', () => {
    event('tick', { at: '2026-01-01T00:00:00Z' });
    expect(liveness.value.is).toBe('live');
    event('stale', { at: '2026-01-01T00:00:00Z', says: 'storage is away' });
    const since = liveness.value.is === 'stale' ? liveness.value.since : 0;
    event('stale', { at: '2026-01-01T00:00:01Z', says: 'storage is still away' });
    expect(liveness.value).toEqual({ is: 'stale', since, because: 'storage is still away' });
  });
  it('of a kind that is not known is passed over', () => expect(() => event('weather', {})).not.toThrow());
});
