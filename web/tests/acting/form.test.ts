import { expect, test } from 'vitest';
import { addressOf } from '../../src/api/client';
import { askedOf, choicesOf, fieldsOf, initialOf, labelOf, missingOf, rehearsedOf } from '../../src/acting/form';
import { argument, discover, downtime, failover, relocate, rule, semiSync, stop } from './rows';

const shapes = (fields: ReturnType<typeof fieldsOf>) => fields.map((one) => `${one.argument.key} ${one.shape}`);

test('a field is there for each argument that is not given, by its kind', () => {
  expect(shapes(fieldsOf(relocate, { instance: 'db3:3306' }))).toEqual(['below server']);
  expect(shapes(fieldsOf(failover, { cluster: 'shop' }))).toEqual(['to server', 'because prose', 'acceptLoss flag']);
  expect(shapes(fieldsOf(downtime, { name: 'shop' }))).toEqual(['for line', 'because prose']);
  expect(shapes(fieldsOf(discover, {}))).toEqual(['instance several']);
});

test('closed lists and yes-or-no are chosen; what may stay as it is can be left so', () => {
  expect(shapes(fieldsOf(rule, { instance: 'db3:3306' }))).toEqual(['rule select']);
  expect(choicesOf(rule.arguments[1]!).map((one) => one.words)).toEqual(['choose one', 'prefer', 'must_not']);
  expect(choicesOf(semiSync.arguments[1]!)).toEqual([
    { value: '', words: 'leave as it is' }, { value: 'true', words: 'yes' }, { value: 'false', words: 'no' },
  ]);
});

test('a flag that passes over a protection is marked, another is not', () => {
  const flags = (operation: typeof stop) => fieldsOf(operation, {}).filter((one) => one.isDangerous).map((one) => one.label);
  expect(flags(stop)).toEqual(['Force it']);
  expect(flags(failover)).toEqual(['Accept loss']);
  expect(flags({ ...stop, arguments: [argument('skipHooks', { kind: 'flag' })] })).toEqual([]);
});

test('a default stands in its field at first', () => {
  expect(initialOf(downtime, { name: 'shop' })).toEqual({ name: 'shop', for: '1h', because: '' });
});

test('what is missing is named; a rehearsal asks for no reason', () => {
  expect(missingOf(failover, { cluster: 'shop' })).toEqual(['Why']);
  expect(missingOf(failover, { cluster: 'shop', because: '  ' })).toEqual(['Why']);
  expect(missingOf(failover, { cluster: 'shop' }, true)).toEqual([]);
  expect(missingOf(relocate, { instance: 'db3:3306' }, true)).toEqual(['Below']);
});

test('names of the path stand in the path, the others in the query, and nothing empty is sent', () => {
  const { path, query } = askedOf(failover, { cluster: 'a/b', to: ' db2:3306 ', because: 'it burns', acceptLoss: '' });
  expect(addressOf(path, query)).toBe('/api/v3/clusters/a%2Fb/failover?to=db2%3A3306&because=it+burns');
});

test('the rehearsal is told no reason; an act has none', () => {
  const asked = rehearsedOf(failover, { cluster: 'shop', to: '', because: 'it burns', acceptLoss: 'true' });
  expect(asked && addressOf(asked.path, asked.query)).toBe('/api/v3/clusters/shop/failover/plan?acceptLoss=true');
  expect(rehearsedOf(downtime, { name: 'shop' })).toBeNull();
});

test('several values are sent one by one', () => {
  const { path, query } = askedOf(discover, { instance: 'db1:3306\n db2:3306, db3:3306\n' });
  expect(addressOf(path, query)).toBe(
    '/api/v3/discover?instance=db1%3A3306&instance=db2%3A3306&instance=db3%3A3306');
});

test('a key that has no words of its own is read', () => {
  expect(labelOf('because')).toBe('Why');
  expect(labelOf('oldestFileLeft')).toBe('Oldest file left');
});
