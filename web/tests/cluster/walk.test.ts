import { describe, expect, it } from 'vitest';
import { foldId, forestOf, inOrder, shownOf } from '../../src/cluster/shape';
import { stepOf } from '../../src/cluster/walk';
import { member } from '../servers';

const members = [member('db1'), member('db2', ['db1']), member('db3', ['db2']), member('web4', ['db1'])];
const order = (closed: string[] = []) => inOrder(shownOf(
  forestOf(members, 'db1'), { isHealthy: () => true, closed: new Set(closed), spread: new Set() }));

describe('Keys in the tree', () => {
  it.each([
    ['ArrowDown', 'db1', { to: 'db2' }], ['ArrowDown', 'web4', null], ['ArrowUp', 'db2', { to: 'db1' }],
    ['ArrowUp', 'db1', null], ['Home', 'web4', { to: 'db1' }], ['End', 'db1', { to: 'web4' }],
    ['ArrowRight', 'db1', { to: 'db2' }], ['ArrowRight', 'db3', null],
    ['ArrowLeft', 'db2', { close: 'db2' }], ['ArrowLeft', 'db3', { to: 'db2' }],
    ['w', 'db1', { to: 'web4' }], ['d', 'db1', { to: 'db2' }], ['d', 'db3', { to: 'db1' }], ['x', 'db1', null],
    ['m', 'db1', null], ['Tab', 'db1', null],
  ])('%s at %s', (key, at, step) => expect(stepOf(key, at, order())).toEqual(step));

  it('opens what is closed, and goes up from it', () => {
    expect(stepOf('ArrowRight', 'db2', order(['db2']))).toEqual({ open: 'db2' });
    expect(stepOf('ArrowLeft', 'db2', order(['db2']))).toEqual({ to: 'db1' });
  });

  it('spreads many in one', () => {
    const wide = [member('p'), ...Array.from({ length: 50 }, (_, i) => member(`r${i}`, ['p']))];
    const shown = inOrder(shownOf(forestOf(wide, 'p'), { isHealthy: () => true, closed: new Set(), spread: new Set() }));
    expect(stepOf('ArrowRight', foldId('p'), shown)).toEqual({ open: foldId('p') });
  });

  it('begins at the first server when nothing has the focus', () => {
    expect(stepOf('ArrowDown', 'gone', order())).toEqual({ to: 'db1' });
    expect(stepOf('ArrowDown', 'gone', [])).toBeNull();
  });
});
