import { signal } from '@preact/signals';

/** What the reader is about to do: an operation of the catalogue, and what is given already. */
export type Acting = { operation: string; given: Record<string, string>; title?: string };

/** Null where nothing is asked for. */
export const acting = signal<Acting | null>(null);

/** Opens the dialog of an operation; nothing is done before the reader confirms. */
export const propose = (operation: string, given: Record<string, string>, title?: string) => {
  acting.value = title === undefined ? { operation, given } : { operation, given, title };
};

/** Closes the dialog. What was begun goes on. */
export const withdraw = () => {
  acting.value = null;
};
