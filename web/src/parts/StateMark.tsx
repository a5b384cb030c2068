import { stateWords, type State } from './words';

// Each state has a shape of its own, so that it is told without colour too.
const shapes: Record<State, string> = {
  critical: 'M8 1 15 14.5H1ZM7.2 6v4.2h1.6V6Zm0 5.4V13h1.6v-1.6Z',
  serious: 'M8 1 15 8 8 15 1 8ZM7.2 4.6v4.2h1.6V4.6Zm0 5.2v1.6h1.6V9.8Z',
  warning: 'M2 2h12v12H2ZM7.2 4.4v4.4h1.6V4.4Zm0 5.6v1.6h1.6V10Z',
  healthy: 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1ZM6.9 11.2l5-5-1.1-1.1-3.9 3.9-1.7-1.7-1.1 1.1Z',
  unknown: 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Zm0 1.6a5.4 5.4 0 1 0 0 10.8A5.4 5.4 0 0 0 8 2.6ZM7.2 10.4h1.6V12H7.2Zm0-1.2c0-1.6 1.7-1.7 1.7-2.8 0-.6-.4-.9-.9-.9s-1 .3-1 1.1H5.4C5.4 5 6.5 4 8 4s2.6.9 2.6 2.3c0 1.7-1.8 1.8-1.8 2.9Z',
  downtime: 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1ZM5.6 4.8v6.4h1.7V4.8Zm3.1 0v6.4h1.7V4.8Z',
};

/** A state by icon and, unless it stands beside it already, by its word. */
export const StateMark = ({ state, words, bare }: { state: State; words?: string; bare?: boolean }) => (
  <span class={`state ${state}`}>
    <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path fill-rule="evenodd" d={shapes[state]} />
    </svg>
    <span class={bare ? 'unseen' : ''}>{words ?? stateWords[state]}</span>
  </span>
);
