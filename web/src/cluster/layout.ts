import { hierarchy, tree } from 'd3-hierarchy';
import { inOrder, type Shown } from './shape';

export const card = { width: 264, height: 88 } as const;
const gap = { row: 14, column: 64, tree: 26 } as const;

/** Where a card is drawn: its upper left corner, in px of the plane at scale 1. */
export type Placed = { shown: Shown; x: number; y: number };

/** A line between two cards, from the source's right edge to the replica's left. */
export type Line = { id: string; from: Placed; to: Placed };

export type Layout = {
  placed: Placed[]; byId: ReadonlyMap<string, Placed>; lines: Line[]; width: number; height: number;
};

/** Sources at the left, replicas at their right (a tidy tree), one root below the other. */
export const layOut = (roots: readonly Shown[]): Layout => {
  const placed: Placed[] = [];
  let top = 0;
  for (const root of roots) top = place(root, top, placed) + gap.tree;
  const byId = new Map(placed.map((one) => [one.shown.id, one]));
  const lines = placed.flatMap((one) => {
    const from = one.shown.parent === null ? undefined : byId.get(one.shown.parent);
    return from ? [{ id: one.shown.id, from, to: one }] : [];
  });
  return {
    placed, byId, lines, height: Math.max(0, top - gap.tree),
    width: Math.max(card.width, ...placed.map((one) => one.x + card.width)),
  };
};

const place = (root: Shown, top: number, into: Placed[]) => {
  const laid = tree<Shown>().nodeSize([card.height + gap.row, card.width + gap.column]).separation(() => 1)(hierarchy(root));
  let highest = 0;
  laid.each((node) => { highest = Math.min(highest, node.x); });
  let bottom = top;
  const at = new Map<Shown, Placed>();
  laid.each((node) => {
    const y = top + node.x - highest;
    at.set(node.data, { shown: node.data, x: node.y, y });
    bottom = Math.max(bottom, y + card.height);
  });
  for (const shown of inOrder([root])) into.push(at.get(shown)!);
  return bottom;
};

/** The path of a line, in SVG. */
export const pathOf = ({ from, to }: Line) => {
  const [x1, y1] = [from.x + card.width, from.y + card.height / 2];
  const [x2, y2] = [to.x, to.y + card.height / 2];
  const half = (x1 + x2) / 2;
  return `M${x1} ${y1}C${half} ${y1} ${half} ${y2} ${x2} ${y2}`;
};

/** What of the plane is in view: at what scale, moved by how much, in a window of that size. */
export type View = { x: number; y: number; k: number; width: number; height: number };

/** More cards than that, and only those in view are drawn. */
export const drawAll = 300;

const margin = 240;

/** What has to be drawn. */
export const inView = (layout: Layout, view: View): Placed[] => {
  if (layout.placed.length <= drawAll) return layout.placed;
  const [left, right] = [(-view.x - margin) / view.k, (view.width - view.x + margin) / view.k];
  const [top, bottom] = [(-view.y - margin) / view.k, (view.height - view.y + margin) / view.k];
  return layout.placed.filter(({ x, y }) =>
    x + card.width > left && x < right && y + card.height > top && y < bottom);
};

/** The scale and place that show all of it, as far as it can be read then; else its beginning. */
export const fitted = (layout: Layout, width: number, height: number): { x: number; y: number; k: number } => {
  const edge = 24;
  const all = Math.min((width - 2 * edge) / layout.width, (height - 2 * edge) / Math.max(1, layout.height));
  const k = Math.min(1, Math.max(0.55, all));
  const free = (whole: number, size: number) => (size * k + 2 * edge <= whole ? (whole - size * k) / 2 : edge);
  return { x: Math.min(free(width, layout.width), 80), y: Math.min(free(height, layout.height), 60), k };
};
