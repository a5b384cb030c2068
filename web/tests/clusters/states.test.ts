import { describe, expect, it } from 'vitest';
import { byState, isMeant, stateOf } from '../../src/clusters/states';
import { summary } from '../servers';

describe('The state of a cluster', () => {
  it('is healthy when all were seen and nothing is wrong', () => expect(stateOf(summary('c'))).toBe('healthy'));
  it('is never healthy with a server unseen, or without any', () => {
    expect(stateOf(summary('c', { seen: 2 }))).toBe('unknown');
    expect(stateOf(summary('c', { seen: 2, severity: 'Warning' }))).toBe('unknown');
    expect(stateOf(summary('c', { seen: 0, instances: 0 }))).toBe('unknown');
  });
  it('is that of its gravest problem', () => expect(stateOf(summary('c', { seen: 2, severity: 'Critical' }))).toBe('critical'));
  it('is downtime when what is wrong is in one', () => {
    const downtime = { owner: 'dana', reason: '', until: '2030-01-01T00:00:00Z' };
    expect(stateOf(summary('c', { severity: 'Critical', downtime }))).toBe('downtime');
    expect(stateOf(summary('c', { downtime }))).toBe('healthy');
  });
});

describe('Clusters', () => {
  it('stand with the gravest first, then by name as people count', () => {
    const all = [summary('c-10'), summary('c-9'), summary('c-3', { severity: 'Critical' }), summary('c-2', { seen: 1 })];
    expect(all.sort(byState).map((one) => one.cluster)).toEqual(['c-3', 'c-2', 'c-9', 'c-10']);
  });
  it('are found by every word of what was typed, wherever it stands', () => {
    const one = summary('c-1', { alias: 'shop', primary: 'db7.eu:3306', severity: 'Critical', problems: ['DeadPrimary'] });
    for (const typed of ['', 'SHOP', 'db7 shop', 'deadprimary', 'critical', 'c-1']) expect(isMeant(one, typed), typed).toBe(true);
    for (const typed of ['shop us', 'healthy']) expect(isMeant(one, typed), typed).toBe(false);
  });
});
