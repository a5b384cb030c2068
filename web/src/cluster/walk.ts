import type { Shown } from './shape';

/** What a key does in the tree: the card to go to, a source to fold or open, or nothing. */
export type Step = { to: string } | { close: string } | { open: string } | null;

/** The tree pattern of WAI-ARIA: what an arrow, Home, End or a letter does at a card. */
export const stepOf = (key: string, at: string, order: readonly Shown[]): Step => {
  const place = order.findIndex((one) => one.id === at);
  const here = order[place];
  if (!here) return order[0] ? { to: order[0].id } : null;
  switch (key) {
    case 'ArrowDown': return toPlace(order, place + 1);
    case 'ArrowUp': return toPlace(order, place - 1);
    case 'Home': return toPlace(order, 0);
    case 'End': return toPlace(order, order.length - 1);
    case 'ArrowRight': return inward(here);
    case 'ArrowLeft': return outward(here);
    default: return isLetter(key) ? byLetter(key, place, order) : null;
  }
};

const toPlace = (order: readonly Shown[], place: number): Step => (order[place] ? { to: order[place].id } : null);

const inward = (here: Shown): Step => {
  if (here.folded || here.hidden > 0) return { open: here.id };
  return here.children[0] ? { to: here.children[0].id } : null;
};

const outward = (here: Shown): Step => {
  if (here.children.length > 0) return { close: here.id };
  return here.parent === null ? null : { to: here.parent };
};

// Keys that do something else in the tree.
const isLetter = (key: string) => key.length === 1 && /[a-z0-9]/i.test(key) && !/[m0]/.test(key);

const byLetter = (letter: string, place: number, order: readonly Shown[]): Step => {
  const turned = [...order.slice(place + 1), ...order.slice(0, place)];
  const found = turned.find((one) => !one.folded && one.key.toLowerCase().startsWith(letter.toLowerCase()));
  return found ? { to: found.id } : null;
};
