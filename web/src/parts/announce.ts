import { signal } from '@preact/signals';

/** What a screen reader is told next, politely. Lag and ages are never told. */
export const announcement = signal('');

export const announce = (text: string) => {
  // The same words again are told again.
  announcement.value = announcement.value === text ? `${text}\u00a0` : text;
};
