import { signal } from '@preact/signals';
import { propose } from '../acting/acting';
import { ask } from '../api/client';
import type { Refusal } from '../api/types';
import { announce } from '../parts/announce';

/** A server on its way to another source. `targets`: why not, by the key of the new source; null until it was answered. */
export type Drag = {
  key: string; x: number; y: number; over: string | null; targets: ReadonlyMap<string, Refusal | null> | null;
};

/** Null while nothing is dragged. */
export const drag = signal<Drag | null>(null);

const threshold = 6;

type Target = { key: string; refusal?: Refusal | null };
type Options = { options: { operation: string; targets?: Target[] | null }[] };

/**
 * Begins a drag of a server's card when the pointer has moved far enough. A drop proposes a plan, nothing more; Esc and
 * a drop elsewhere give it up.
 */
export const beginDrag = (key: string, start: PointerEvent) => {
  if (start.button !== 0 || start.pointerType === 'touch') return;
  const move = (event: PointerEvent) => {
    const far = Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) >= threshold;
    if (!drag.peek() && !far) return;
    if (!drag.peek()) void readTargets(key);
    const over = keyAt(event.clientX, event.clientY);
    drag.value = {
      key, targets: drag.peek()?.targets ?? null, x: event.clientX, y: event.clientY, over: over === key ? null : over,
    };
    event.preventDefault();
  };
  const end = (event: PointerEvent) => {
    over();
    const dropped = drag.peek();
    drag.value = null;
    if (!dropped) return;
    keepFromClicking();
    if (event.type === 'pointerup' && dropped.over) propose('relocate', { instance: key, below: dropped.over });
  };
  const giveUp = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !drag.peek()) return;
    over();
    drag.value = null;
    keepFromClicking();
    announce('Not moved');
  };
  const over = () => {
    removeEventListener('pointermove', move);
    removeEventListener('pointerup', end);
    removeEventListener('pointercancel', end);
    removeEventListener('keydown', giveUp);
  };
  addEventListener('pointermove', move);
  addEventListener('pointerup', end);
  addEventListener('pointercancel', end);
  addEventListener('keydown', giveUp);
};

// The click that follows a drop is not one on the card.
const keepFromClicking = () => {
  const stop = (event: Event) => event.stopPropagation();
  addEventListener('click', stop, { capture: true, once: true });
  setTimeout(() => removeEventListener('click', stop, { capture: true }), 0);
};

const keyAt = (x: number, y: number) =>
  document.elementFromPoint(x, y)?.closest<HTMLElement>('[role=treeitem][data-key]')?.dataset.key ?? null;

const readTargets = async (key: string) => {
  const answer = await ask<Options>('/options', { instance: key });
  const now = drag.peek();
  if (!answer.ok || now?.key !== key) return;
  const targets = answer.value.options.find((one) => one.operation === 'relocate')?.targets ?? [];
  drag.value = { ...now, targets: new Map(targets.map((one) => [one.key, one.refusal ?? null])) };
};
