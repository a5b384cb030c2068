import { expect, test } from 'vitest';
import { confirmWords, isDangerous, labelOfOperation } from '../../src/acting/words';
import { discover, downtime, failover, forget, relocate, stop, takeover } from './rows';

test('the button that confirms says what it does', () => {
  expect(confirmWords(relocate, { instance: 'db3', below: 'db2' })).toBe('Move db3 below db2');
  expect(confirmWords(takeover, { cluster: 'shop', to: 'db2' })).toBe('Switch the primary to db2');
  expect(confirmWords(takeover, { cluster: 'shop', to: '' })).toBe('Switch the primary to the best replica');
  expect(confirmWords(downtime, { name: 'shop', for: '1h' })).toBe('Begin a downtime of shop');
  expect(confirmWords(discover, {})).toBe('Discover the servers');
});

test('that it is forced stands on the button', () => {
  expect(confirmWords(stop, { instance: 'db3', force: 'true' })).toBe('Stop the replication of db3, forced');
});

test('an operation that has no words of its own is read', () => {
  expect(labelOfOperation('rotate-keys')).toBe('Rotate keys');
  expect(confirmWords({ ...stop, name: 'rotate-keys' }, { instance: 'db3' })).toBe('Rotate keys db3');
});

test('what nothing brings back is dangerous, and all that passes over a protection', () => {
  expect([isDangerous(failover), isDangerous(forget), isDangerous(stop, { force: 'true' })]).toEqual([true, true, true]);
  expect([isDangerous(relocate), isDangerous(takeover), isDangerous(stop)]).toEqual([false, false, false]);
});
