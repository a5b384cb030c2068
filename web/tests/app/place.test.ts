import { describe, expect, it } from 'vitest';
import { addressOf, placeOf } from '../../src/app/place';

const at = (address: string) => {
  const url = new URL(address, 'http://localhost');
  return placeOf(url.pathname, url.search);
};
const cluster = (name: string, server: string | null = null) => ({ view: 'cluster', cluster: name, show: 'tree', server });

describe("orchestrator's own addresses", () => {
  it.each([
    ['/web/', { view: 'clusters', filter: '' }], ['/web', { view: 'clusters', filter: '' }],
    ['/web/clusters', { view: 'clusters', filter: '' }], ['/web/search/db7', { view: 'clusters', filter: 'db7' }],
    ['/web/search?s=db7', { view: 'clusters', filter: 'db7' }], ['/web/clusters-analysis', { view: 'problems' }],
    ['/web/cluster/db1:3306', cluster('db1:3306')], ['/web/cluster/alias/shop', cluster('shop')],
    ['/web/cluster/instance/db2/3306', cluster('db2:3306', 'db2:3306')],
    ['/web/cluster-pools/shop', cluster('shop')],
    ['/web/audit', { view: 'recoveries', cluster: null }], ['/web/audit/3', { view: 'recoveries', cluster: null }],
    ['/web/audit/instance/db2/3306', { view: 'recoveries', cluster: 'db2:3306' }],
    ['/web/audit-recovery', { view: 'recoveries', cluster: null }],
    ['/web/audit-recovery/alias/shop', { view: 'recoveries', cluster: 'shop' }],
    ['/web/audit-recovery/cluster/db1:3306', { view: 'recoveries', cluster: 'db1:3306' }],
    ['/web/audit-recovery/uid/2026-1', { view: 'recovery', id: '2026-1' }],
    ['/web/audit-recovery-steps/2026-1', { view: 'recovery', id: '2026-1' }],
    ['/web/audit-failure-detection', { view: 'problems' }],
    ['/web/keep-calm', { view: 'unknown', path: '/web/keep-calm' }],
  ])('%s', (address, place) => expect(at(address)).toEqual(place));
});

describe('An address', () => {
  it.each([
    { view: 'clusters', filter: 'a b&c' }, { view: 'problems' }, { view: 'recoveries', cluster: null },
    { view: 'recoveries', cluster: 'shop/eu' }, { view: 'recovery', id: '20261201T0-1' },
    { view: 'cluster', cluster: 'shop/eu %', show: 'table', server: '[::1]:3306' }, cluster('c-1'),
  ] as const)('leads back to its place: %j', (place) => expect(at(addressOf(place as never))).toEqual(place));

  it('that is no text shows something all the same', () => expect(at('/web/cluster/%E0%A4%A')).toMatchObject({ view: 'cluster' }));
});
