import { describe, expect, it } from 'vitest';
import { foldAbove, foldId, forestOf, inOrder, shownOf, type Branch, type Folding } from '../../src/cluster/shape';
import { member } from '../servers';

const told = (branch: Branch): string =>
  `${branch.key}${branch.ring ? '*' : ''}${branch.replicas.length ? `(${branch.replicas.map(told).join(' ')})` : ''}`;
const drawn = (members: ReturnType<typeof member>[], primary: string | null) => forestOf(members, primary).map(told).join(' | ');
const open: Folding = { isHealthy: () => true, closed: new Set(), spread: new Set() };

describe('The forest of a cluster', () => {
  it('has each server below the one it follows, in the order of their names', () => {
    expect(drawn([member('db10', ['db1']), member('db3', ['db2']), member('db2', ['db1']), member('db1')], 'db1'))
      .toBe('db1(db2(db3) db10)');
  });

  it('shows servers that follow each other as roots side by side', () => {
    expect(drawn([member('a', ['b']), member('b', ['a']), member('c', ['b'])], null)).toBe('a* | b*(c)');
  });

  it('shows a ring of three, with what hangs on it, without losing a server', () => {
    const ring = [member('a', ['c']), member('b', ['a']), member('c', ['b']), member('d', ['c']), member('e', ['d'])];
    expect(drawn(ring, null)).toBe('a* | b* | c*(d(e))');
  });

  it('puts the primary first, then whoever has replicas, then who stands alone', () => {
    expect(drawn([member('a'), member('b'), member('c', ['b']), member('p')], 'p')).toBe('p | b(c) | a');
  });

  it('takes a server whose source is not of the cluster, or is itself, for a root', () => {
    expect(drawn([member('a', ['elsewhere']), member('b', ['b'])], null)).toBe('a | b');
  });

  it('follows the first channel that leads to a server of the cluster', () => {
    expect(drawn([member('a'), member('b', ['elsewhere', 'a'])], 'a')).toBe('a(b)');
  });
});

describe('What is drawn', () => {
  const wide = (count: number) => [member('p'), ...Array.from({ length: count }, (_, i) => member(`r${i}`, ['p']))];

  it('is every replica while there are not too many', () => {
    expect(inOrder(shownOf(forestOf(wide(foldAbove), 'p'), open))).toHaveLength(foldAbove + 1);
  });

  it('is the healthy leaves of a wide source as one card, and each of the others by itself', () => {
    const members = [...wide(60), member('below', ['r7'])];
    const shown = inOrder(shownOf(forestOf(members, 'p'), { ...open, isHealthy: (key) => key !== 'r3' }));
    expect(shown.map((one) => one.id)).toEqual(['p', 'r3', 'r7', 'below', foldId('p')]);
    expect(shown.at(-1)!.folded).toHaveLength(58);
    expect(shown.map((one) => [one.level, one.place, one.among])).toEqual([[1, 1, 1], [2, 1, 3], [2, 2, 3], [3, 1, 1], [2, 3, 3]]);
  });

  it('is each of them when the reader wants them one by one', () => {
    expect(inOrder(shownOf(forestOf(wide(60), 'p'), { ...open, spread: new Set(['p']) }))).toHaveLength(61);
  });

  it('is a closed source with the number of servers that are not drawn', () => {
    const members = [member('p'), member('r', ['p']), member('s', ['r']), member('t', ['s'])];
    const shown = inOrder(shownOf(forestOf(members, 'p'), { ...open, closed: new Set(['r']) }));
    expect(shown.map((one) => [one.id, one.hidden])).toEqual([['p', 0], ['r', 2]]);
  });
});
