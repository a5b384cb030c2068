import { describe, expect, it } from 'vitest';
import { factsOf, flowOfAll, isLate, lagOf, roleOf, serverState, writesOf } from '../../src/cluster/serverState';
import { analysis, instance, link, member } from '../servers';

const replica = (...links: ReturnType<typeof link>[]) => member('r', ['p'], { instance: instance('r', links) });

describe('The state of a server', () => {
  it('is healthy when it was seen and nothing is wrong', () => expect(serverState(member('a'), [])).toBe('healthy'));
  it('is never healthy when it was not seen', () => expect(serverState(member('a', [], { seen: false }), [])).toBe('unknown'));
  it('is that of the gravest problem', () => {
    const wrong = [analysis('a', 'SeenInPart', 'Warning'), analysis('a', 'DeadPrimary', 'Critical')];
    expect(serverState(member('a', [], { seen: false }), wrong)).toBe('critical');
  });
  it('is not that of another server', () => expect(serverState(member('a'), [analysis('b', 'DeadPrimary', 'Critical')])).toBe('healthy'));
  it('is a warning when a part was not answered', () => expect(serverState(member('a', [], { missing: ['GTID'] }), [])).toBe('warning'));
  it('is a warning when a channel does not run', () => {
    for (const stopped of [{ receiver: 'Stopped' }, { applier: 'Stopped' }, { receiver: 'Connecting' }, { isDetached: true }] as const)
      expect(serverState(replica(link('p'), link('q', stopped)), [])).toBe('warning');
    expect(serverState(replica(link('p')), [])).toBe('healthy');
  });
  it('is downtime when something is wrong in a downtime, and healthy when nothing is', () => {
    const downtime = { owner: 'dana', reason: 'disk', until: '2030-01-01T00:00:00Z' };
    expect(serverState(member('a', [], { seen: false, downtime }), [])).toBe('downtime');
    expect(serverState(member('a', [], { downtime }), [])).toBe('healthy');
  });
});

describe('Replication of a server', () => {
  it('is as late as its worst channel, less what it shall be', () => {
    expect(lagOf(replica(link('p', { lagSeconds: 3 }), link('q', { lagSeconds: 3700, delaySeconds: 3600 })))).toBe(100);
    expect(lagOf(replica(link('p', { lagSeconds: 3 }), link('q', { lagSeconds: null })))).toBeNull();
    expect(lagOf(member('p'))).toBeNull();
    expect(isLate(replica(link('p', { lagSeconds: 11 })))).toBe(true);
    expect(isLate(replica(link('p', { lagSeconds: 10 })))).toBe(false);
  });

  it.each([
    ['runs', [link('p')]], ['stopped', [link('p'), link('q', { applier: 'Stopped' })]],
    ['connecting', [link('p', { receiver: 'Connecting' })]], ['detached', [link('p', { isDetached: true })]],
  ] as const)('%s by its worst channel', (flow, links) => expect(flowOfAll(replica(...links))).toBe(flow));

  it('is not known of a server that was not seen', () => expect(flowOfAll({ ...replica(link('p')), seen: false })).toBe('unknown'));
});

describe('What a card says', () => {
  it('names the role', () => {
    expect(roleOf(member('a'), 'a', false)).toBe('primary');
    expect(roleOf(member('a', ['b']), null, true)).toBe('co-primary');
    expect(roleOf(member('a', ['b']), 'b', false)).toBe('replica');
    expect(roleOf(member('a'), 'b', false)).toBe('follows nobody');
    expect(roleOf(member('a', [], { formerPrimary: true }), 'b', false)).toBe('former primary');
  });

  it('does not say that a server is writable that was never seen', () => {
    expect(writesOf(member('a', [], { instance: null }))).toBe('not known');
    expect(writesOf(member('a'))).toBe('writable');
    expect(writesOf(member('a', [], { seen: false }))).toBe('was writable');
  });

  it('tells errant transactions, delays and rules', () => {
    const words = (of: ReturnType<typeof member>) => factsOf(of).map((fact) => fact.word);
    expect(words(member('a', ['p'], { errant: 'u:1' }))).toEqual(['errant']);
    expect(words(replica(link('p', { delaySeconds: 3600 })))).toEqual(['delayed 3600 s']);
    expect(words(member('a', [], { promotionRule: 'MustNot' }))).toEqual(['never promoted']);
    expect(words(member('a'))).toEqual([]);
  });
});
