import { beforeEach, expect, test } from 'vitest';
import { recoveries } from '../../src/fleet/fleet';
import { countsOf, filtered } from '../../src/recoveries/filter';
import { learn, learnRecord, withoutStage } from '../../src/recoveries/known';
import { listed } from '../../src/recoveries/listing';
import { at, promoted, recordOf, stageOf, summaryOf } from './records';

const known = (id: string, more = {}) => ({ recovery: summaryOf({ id, ...more }), stage: null, stages: 0 });
const idsOf = (all: { recovery: { id: string } }[]) => all.map((one) => one.recovery.id);

beforeEach(() => { recoveries.value = new Map(); });

test('the newest stands on top, and what is older than the pages that were read waits', () => {
  const all = [known('2'), known('9'), known('5')];
  expect(idsOf(listed(all, { oldest: '5', next: '/more', cluster: null }))).toEqual(['9', '5']);
  expect(idsOf(listed(all, { oldest: '5', next: null, cluster: null }))).toEqual(['9', '5', '2']);
});

test('a list of one cluster shows those of no other', () => {
  const all = [known('1'), known('2', { cluster: 'c-2' })];
  expect(idsOf(listed(all, { oldest: null, next: null, cluster: 'c-2' }))).toEqual(['2']);
});

test('all words that are typed must be found, in what the reader sees', () => {
  const all = [
    known('1', { kind: 'DeadPrimary', subject: 'db1:3306', actor: 'orchestrator' }),
    known('2', { kind: 'Relocate', subject: 'db1:3306', actor: 'ada', outcome: promoted }),
  ];
  const ask = (typed: string) => idsOf(filtered(all, null, typed, () => 'shop'));
  expect(ask('failover DB1')).toEqual(['1']);
  expect(ask('ada db1')).toEqual(['2']);
  expect(ask('shop')).toEqual(['1', '2']);
  expect(ask('db1 db2')).toEqual([]);
  expect(idsOf(filtered(all, 'running', '', () => 'shop'))).toEqual(['1']);
  expect([...countsOf(all)]).toEqual([['running', 1], ['promoted', 1]]);
});

test('a list that was read late does not undo what an event told', () => {
  const ended = summaryOf({ endedAt: at(9), outcome: promoted });
  learn([ended]);
  learn([summaryOf()]);
  expect(recoveries.value.get('r1')?.value.recovery.endedAt).toBe(at(9));
});

test('a list keeps the stage that an event told, and tells the end', () => {
  learn([summaryOf()]);
  recoveries.value.get('r1')!.value = { recovery: summaryOf(), stage: 'freeze', stages: 3 };
  learn([summaryOf({ endedAt: at(9) })]);
  expect(recoveries.value.get('r1')?.value).toMatchObject({ stage: 'freeze', stages: 3, recovery: { endedAt: at(9) } });
});

test('what waits for approval is known from its record where no event told it', () => {
  learn([summaryOf()]);
  expect(withoutStage([summaryOf(), summaryOf({ id: 'r2', endedAt: at(9) })]).map((one) => one.id)).toEqual(['r1']);
  learnRecord(recordOf([stageOf('freeze', { from: 1, until: 2 }), stageOf('approval', { from: 3 })]));
  expect(recoveries.value.get('r1')?.value).toMatchObject({ stage: 'approval', stages: 2 });
  expect(withoutStage([summaryOf()])).toEqual([]);
});
