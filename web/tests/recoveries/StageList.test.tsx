import { render } from 'preact';
import { afterEach, expect, test } from 'vitest';
import { actionsOf } from '../../src/recoveries/Actions';
import { StageList } from '../../src/recoveries/StageList';
import { at, promoted, recordOf, recoveryOf, result, stageOf, stepOf } from './records';

const root = document.createElement('div');
afterEach(() => render(null, root));

const choice = {
  candidate: 'b:1', position: '', checked: '', possiblyLost: 'what c:1 acknowledged', judgements: [
    { key: 'b:1', rank: 1, reasons: ['has applied all of it'], refusals: [] },
    { key: 'c:1', rank: 0, reasons: [], refusals: [{ because: 'it is away', remedy: 'bring it back' }] },
  ],
};

test('the stage that runs is marked, and no other', () => {
  const recovery = recoveryOf([stageOf('gather', { from: 1, until: 2 }), stageOf('freeze', { from: 3 })]);
  render(<StageList recovery={recovery} stepsSay={[[], []]} />, root);
  const now = root.querySelectorAll('[aria-current=step]');
  expect([now.length, now[0]?.textContent?.includes('Freeze'), now[0]?.textContent?.includes('Running')])
    .toEqual([1, true, true]);
});

test('a plan that is only rehearsed shows its statements, and nothing as done', () => {
  const open = stageOf('open', { from: 0, until: 0, results: [result()], stage: { steps: [stepOf('set-writable')] } });
  const statements = [{ target: 'a:1', says: 'Make a:1 writable', sql: ['SET GLOBAL read_only=OFF'] }];
  render(<StageList recovery={recoveryOf([open])} statements={statements} />, root);
  expect(root.querySelector('pre')?.textContent).toBe('SET GLOBAL read_only=OFF;');
  expect(root.textContent).toContain('Make a:1 writable');
  expect(root.textContent).not.toContain('Done');
});

test('what may be lost and why others were refused stand with the choice', () => {
  render(<StageList recovery={recoveryOf([stageOf('freeze', { from: 0, until: 1, stage: { choice } })])} />, root);
  expect(root.querySelector('details')?.open).toBe(true);
  for (const text of ['Possibly lost', 'what c:1 acknowledged', 'it is away', 'bring it back', 'Chosen'])
    expect(root.textContent).toContain(text);
});

test('texts are text and never markup', () => {
  const open = stageOf('open', { from: 0, until: 1, findings: ['<img src=x>'] });
  render(<StageList recovery={recoveryOf([open])} stepsSay={[[]]} />, root);
  expect(root.querySelector('img')).toBeNull();
  expect(root.textContent).toContain('<img src=x>');
});

test('what waits is approved for the candidate that is seen; what ended is acknowledged once', () => {
  const asks = recordOf([stageOf('freeze', { from: 0, until: 1, stage: { choice } }),
    stageOf('approval', { from: 2, stage: { awaitsApproval: true } })]);
  expect(actionsOf(asks).map((one) => [one.name, one.given])).toEqual([
    ['approve', { recovery: 'r1', candidate: 'b:1' }], ['cancel', { recovery: 'r1' }],
  ]);
  const ended = { ...recordOf([stageOf('promoted', { from: 9 })]), endedAt: at(9), outcome: promoted };
  expect(actionsOf(ended).map((one) => one.name)).toEqual(['acknowledge']);
  expect(actionsOf({ ...ended, acknowledgedBy: 'ada' })).toEqual([]);
});
