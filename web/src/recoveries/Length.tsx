import { lengthOf, now } from '../parts/time';

/** How long something took, or takes so far. */
export const Length = ({ from, until }: { from: string; until: string | null | undefined }) => (
  <span class="length">
    {lengthOf((until ? Date.parse(until) : now.value) - Date.parse(from))}{until ? '' : ' so far'}
  </span>
);
