import type { Course, Told } from './states';
import './mark.css';

// Each course has a shape of its own, so that it is told without colour too.
const shapes: Record<Course, string> = {
  done: 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1ZM6.9 11.2l5-5-1.1-1.1-3.9 3.9-1.7-1.7-1.1 1.1Z',
  running: 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Zm0 1.6a5.4 5.4 0 1 0 0 10.8A5.4 5.4 0 0 0 8 2.6ZM6.4 5l5 3-5 3Z',
  waiting: 'M3 1h10v1.6h-1.2c0 2.6-1.6 4.4-2.6 5.4 1 1 2.6 2.8 2.6 5.4H13V15H3v-1.6h1.2'
    + 'c0-2.6 1.6-4.4 2.6-5.4-1-1-2.6-2.8-2.6-5.4H3Z',
  partly: 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Zm0 1.6v10.8A5.4 5.4 0 0 0 8 2.6Z',
  held: 'M5 1h6l4 4v6l-4 4H5l-4-4V5ZM4 7v2h8V7Z',
  undone: 'M6.5 2v3.2H9.8a4.4 4.4 0 0 1 0 8.8H4v-1.8h5.8a2.6 2.6 0 0 0 0-5.2H6.5v3.2L1.5 6.1Z',
  failed: 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Z'
    + 'M5.6 4.5 4.5 5.6 6.9 8l-2.4 2.4 1.1 1.1L8 9.1l2.4 2.4 1.1-1.1L9.1 8l2.4-2.4-1.1-1.1L8 6.9Z',
  lost: 'M8 1 15 14.5H1ZM7.2 6v4.2h1.6V6Zm0 5.4V13h1.6v-1.6Z',
  planned: 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Zm0 1.6a5.4 5.4 0 1 0 0 10.8A5.4 5.4 0 0 0 8 2.6Z',
  aside: 'M2 7h9L8.2 4.2 9.4 3l4.9 5-4.9 5-1.2-1.2L11 9H2Z',
};

/** How something goes or went, by icon and word. */
export const Mark = ({ course, words }: Told) => (
  <span class={`state course ${course}`}>
    <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path fill-rule="evenodd" d={shapes[course]} />
    </svg>
    <span>{words}</span>
  </span>
);
