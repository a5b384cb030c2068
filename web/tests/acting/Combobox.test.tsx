import { render } from 'preact';
import { act } from 'preact/test-utils';
import { useState } from 'preact/hooks';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Combobox } from '../../src/acting/Combobox';
import { announcement } from '../../src/parts/announce';

const targets = [
  { key: 'db1:3306' }, { key: 'db2:3306' }, { key: 'db4:3306', refusal: { because: 'it follows db3', remedy: '' } },
];

let place: HTMLElement;
let chosen: string;

const Held = () => {
  const [value, setValue] = useState('');
  chosen = value;
  return <Combobox id="to" value={value} targets={targets} choose={setValue} />;
};

beforeEach(async () => {
  place = document.body.appendChild(document.createElement('div'));
  await act(() => render(<Held />, place));
});
afterEach(async () => {
  await act(() => render(null, place));
  place.remove();
});

const input = () => place.querySelector<HTMLInputElement>('input')!;
const press = (...keys: string[]) => keys.reduce(async (before, key) => {
  await before;
  await act(() => void input().dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })));
}, Promise.resolve());
const type = (text: string) => act(() => {
  input().value = text;
  input().dispatchEvent(new InputEvent('input', { bubbles: true }));
});
const active = () => {
  const id = input().getAttribute('aria-activedescendant');
  return id ? document.getElementById(id)?.textContent : null;
};

test('arrows go through the rows and Enter takes one', async () => {
  await press('ArrowDown');
  expect([input().getAttribute('aria-expanded'), active()]).toEqual(['true', 'db1:3306']);
  await press('ArrowDown', 'Enter');
  expect([chosen, input().value, input().getAttribute('aria-expanded')]).toEqual(['db2:3306', 'db2:3306', 'false']);
});

test('what is typed filters, and Enter takes the only one that is left', async () => {
  await type('db2');
  expect([...place.querySelectorAll('[role=option]')].map((one) => one.textContent)).toEqual(['db2:3306']);
  await press('Enter');
  expect(chosen).toBe('db2:3306');
});

test('a refused one is read with its reason and not taken, by Enter or by a click', async () => {
  await press('ArrowUp');
  expect(active()).toContain('Cannot be chosen: it follows db3.');
  await press('Enter');
  expect(chosen).toBe('');
  expect(announcement.value).toContain('it follows db3');
  const row = place.querySelector<HTMLElement>('[aria-disabled=true]')!;
  await act(() => row.click());
  expect([chosen, row.textContent]).toEqual(['', 'db4:3306Cannot be chosen: it follows db3.']);
});

test('Esc closes the list first, and is left to the dialog then', async () => {
  await press('ArrowDown');
  const first = new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true });
  await act(() => void input().dispatchEvent(first));
  const second = new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true });
  await act(() => void input().dispatchEvent(second));
  expect([first.defaultPrevented, second.defaultPrevented]).toEqual([true, false]);
});
