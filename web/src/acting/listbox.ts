import type { Target } from './options';

/** Those whose key or reason has every word that was typed; all where nothing was. */
export const matching = (targets: readonly Target[], typed: string): Target[] => {
  const words = typed.toLowerCase().split(/\s+/).filter((one) => one !== '');
  return targets.filter((one) => {
    const text = `${one.key} ${one.refusal?.because ?? ''}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
};

/** Which row is active after a key; the refused ones are passed through too, so that their reasons are read. */
export const movedTo = (key: string, active: number, count: number): number | null => {
  if (count === 0) return null;
  switch (key) {
    case 'ArrowDown': return (active + 1) % count;
    case 'ArrowUp': return active <= 0 ? count - 1 : active - 1;
    case 'Home': return 0;
    case 'End': return count - 1;
    default: return null;
  }
};

/** Why it cannot be chosen; null where it can. */
export const whyNotChosen = (target: Target | undefined) => {
  if (!target) return 'no server matches';
  return target.refusal ? target.refusal.because : null;
};
