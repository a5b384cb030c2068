import { signal } from '@preact/signals';
import { go } from './place';

const kept = 'orchestrator.keys';

export const helpIsOpen = signal(false);

/** Whether single keys do something outside of fields; who uses speech input turns them off (WCAG 2.1.4). */
export const keysAreOn = signal(localStorage.getItem(kept) !== 'off');

export const turnKeys = () => {
  keysAreOn.value = !keysAreOn.value;
  localStorage.setItem(kept, keysAreOn.value ? 'on' : 'off');
};

/** Keys that work everywhere; a view has its own on what has the focus. */
export const onKey = (event: KeyboardEvent) => {
  if (!keysAreOn.value || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (document.querySelector('dialog[open]')) return;
  const act = actions[event.key];
  if (!act) return;
  event.preventDefault();
  act();
};

const actions: Record<string, () => void> = {
  '?': () => { helpIsOpen.value = true; },
  '/': () => document.querySelector<HTMLInputElement>('input[type=search]')?.focus(),
  1: () => go({ view: 'clusters', filter: '' }),
  2: () => go({ view: 'problems' }),
  3: () => go({ view: 'recoveries', cluster: null }),
};

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
