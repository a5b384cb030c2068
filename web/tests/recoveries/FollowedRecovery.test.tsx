import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, expect, test, vi } from 'vitest';
import { announcement } from '../../src/parts/announce';
import { recoveries, put } from '../../src/fleet/fleet';
import { FollowedRecovery } from '../../src/recoveries/FollowedRecovery';
import type { RecoveryRecord } from '../../src/recoveries/stages';
import { at, promoted, recordOf, stageOf } from './records';

const root = document.createElement('div');
afterEach(() => {
  render(null, root);
  vi.unstubAllGlobals();
});

test('it shows the stages as they go and the outcome, and tells both politely', async () => {
  let answer: RecoveryRecord = recordOf([stageOf('freeze', { from: 1 })]);
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify(answer), {
    headers: { 'Content-Type': 'application/json' },
  }));
  await act(async () => render(<FollowedRecovery id="r1" />, root));
  await vi.waitFor(() => expect(root.querySelector('[aria-current=step]')?.textContent).toContain('Freeze'));
  const end = stageOf('promoted', { from: 3, stage: { outcome: promoted } });
  answer = recordOf([stageOf('freeze', { from: 1, until: 2 }), end],
    { endedAt: at(3), outcome: promoted, says: 'b:1 is the primary' });
  await act(async () => put(recoveries, 'r1', { recovery: answer, stage: 'promoted', stages: 2 }));
  await vi.waitFor(() => expect(root.querySelector('.note.done')?.textContent).toContain('b:1 is the primary.'));
  expect(root.querySelector('[aria-current=step]')).toBeNull();
  await vi.waitFor(() => expect(announcement.value).toBe('b:1 is the primary'));
});
