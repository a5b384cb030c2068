import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ActDialog } from '../../src/acting/ActDialog';
import { acting, propose } from '../../src/acting/acting';
import { operations, session } from '../../src/app/session';
import { all, operate, power, reader } from './rows';

let place: HTMLElement;

beforeEach(async () => {
  // jsdom has the element of a dialog, and not what it does.
  HTMLDialogElement.prototype.showModal = function show(this: HTMLDialogElement) { this.open = true; };
  HTMLDialogElement.prototype.close = function close(this: HTMLDialogElement) { this.open = false; };
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(
    JSON.stringify({ name: 'ci', token: 'orc_1', expiresAt: '2026-01-01T00:00:00Z', says: 'shop is in downtime' }),
    { headers: { 'Content-Type': 'application/json' } })));
  operations.value = new Map(all.map((one) => [one.name, one]));
  session.value = power;
  place = document.body.appendChild(document.createElement('div'));
  await act(() => render(<ActDialog />, place));
});
afterEach(async () => {
  await act(() => { acting.value = null; });
  await act(() => render(null, place));
  place.remove();
  session.value = null;
  vi.unstubAllGlobals();
});

const buttons = () => [...place.querySelectorAll<HTMLButtonElement>('footer button')];

test('the button that confirms comes last and says what it does', async () => {
  await act(() => propose('downtime', { name: 'shop' }, 'Downtime of shop'));
  expect(place.querySelector('h2')?.textContent).toBe('Downtime of shop');
  expect(buttons().map((one) => one.textContent)).toEqual(['Do nothing', 'Begin a downtime of shop']);
  const focusable = [...place.querySelectorAll('button, input, textarea, select, a')];
  expect(focusable.at(-1)).toBe(buttons().at(-1));
});

test('what is grave looks grave', async () => {
  await act(() => propose('forget', { name: 'db3:3306' }));
  expect(buttons().at(-1)?.className).toBe('danger');
  await act(() => propose('downtime', { name: 'db3:3306' }));
  expect(buttons().at(-1)?.className).toBe('primary');
});

test.each([reader, operate])('who may not has no button that confirms, and reads why ($role)', async (who) => {
  session.value = who;
  await act(() => propose('forget', { name: 'db3:3306' }));
  expect(buttons().map((one) => one.textContent)).toEqual(['Close']);
  expect(place.textContent).toContain('You may not do this.');
  expect(place.textContent).toContain(who.because);
});

test('a value that is told once is shown with what it is, and the form is gone', async () => {
  await act(() => propose('downtime', { name: 'shop' }));
  await act(() => buttons().at(-1)?.click());
  await vi.waitFor(() => expect(document.activeElement?.className).toBe('ended'));
  expect(place.querySelector('.ended code')?.textContent).toBe('orc_1');
  expect(place.querySelector('form')).toBeNull();
});

test('an operation that is not in the catalogue says so', async () => {
  await act(() => propose('rotate-keys', {}));
  expect(place.textContent).toContain('no operation rotate-keys');
});
