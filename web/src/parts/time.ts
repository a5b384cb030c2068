import { signal } from '@preact/signals';

/** The second of now, for ages: one timer for the whole page. */
export const now = signal(Date.now());

setInterval(() => {
  if (document.visibilityState === 'visible') now.value = Date.now();
}, 1000);

/** `12 s`, `4 min`, `3 h`, `2 d`: of a length in ms, never negative. */
export const lengthOf = (milliseconds: number): string => {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 100) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 129_600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
};

/** Ms of a length as the API writes it: `00:00:05.25`, `1.02:00:00`; null for none. */
export const millisecondsOf = (span: string | null | undefined): number | null => {
  const parts = /^(-)?(?:(\d+)\.)?(\d+):(\d+):(\d+(?:\.\d+)?)$/.exec(span ?? '');
  if (!parts) return null;
  const [, minus, days = '0', hours = '0', minutes = '0', seconds = '0'] = parts;
  const length = (((+days * 24 + +hours) * 60 + +minutes) * 60 + +seconds) * 1000;
  return minus ? -length : length;
};

const clock = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** In the reader's zone. */
export const localOf = (instant: string) => clock.format(new Date(instant));

/** In UTC, as logs and servers write it. */
export const utcOf = (instant: string) => `${new Date(instant).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
