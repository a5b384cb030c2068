import { expect, test } from 'vitest';
import { matching, movedTo, whyNotChosen } from '../../src/acting/listbox';
import { inOrder } from '../../src/acting/options';

const refusal = { because: 'it follows db3:3306 itself', remedy: '' };
const targets = [{ key: 'db4:3306', refusal }, { key: 'db1:3306', refusal: null }, { key: 'db2:3306' }];

test('those that can be chosen stand first', () => {
  expect(inOrder(targets).map((one) => one.key)).toEqual(['db1:3306', 'db2:3306', 'db4:3306']);
});

test('each word that is typed is looked for in the name and in the reason', () => {
  expect(matching(targets, '')).toHaveLength(3);
  expect(matching(targets, 'DB2').map((one) => one.key)).toEqual(['db2:3306']);
  expect(matching(targets, 'follows db4').map((one) => one.key)).toEqual(['db4:3306']);
  expect(matching(targets, 'db9')).toEqual([]);
});

test('arrows go around, Home and End to the ends, and other keys nowhere', () => {
  expect([movedTo('ArrowDown', -1, 3), movedTo('ArrowDown', 2, 3)]).toEqual([0, 0]);
  expect([movedTo('ArrowUp', -1, 3), movedTo('ArrowUp', 0, 3), movedTo('ArrowUp', 2, 3)]).toEqual([2, 2, 1]);
  expect([movedTo('Home', 2, 3), movedTo('End', 0, 3)]).toEqual([0, 2]);
  expect([movedTo('a', 1, 3), movedTo('ArrowDown', -1, 0)]).toEqual([null, null]);
});

test('a refused one is not chosen', () => {
  expect(whyNotChosen(targets[0])).toBe('it follows db3:3306 itself');
  expect(whyNotChosen(targets[1])).toBeNull();
  expect(whyNotChosen(undefined)).toBe('no server matches');
});
