import { describe, expect, it } from 'vitest';
import { card, drawAll, fitted, inView, layOut, pathOf } from '../../src/cluster/layout';
import { forestOf, shownOf } from '../../src/cluster/shape';
import { member } from '../servers';

const open = { isHealthy: () => false, closed: new Set<string>(), spread: new Set<string>() };
const laid = (members: ReturnType<typeof member>[]) => layOut(shownOf(forestOf(members, members[0]!.key), open));
const chain = (count: number) => Array.from({ length: count }, (_, i) => member(`s${i}`, i > 0 ? [`s${Math.floor((i - 1) / 3)}`] : []));

describe('The layout', () => {
  it('lets no two cards touch', () => {
    const { placed } = laid([...chain(60), member('x'), member('y', ['x'])]);
    expect(placed).toHaveLength(62);
    for (const a of placed) for (const b of placed) {
      if (a === b) continue;
      const isApart = Math.abs(a.x - b.x) >= card.width || Math.abs(a.y - b.y) >= card.height;
      expect(isApart, `${a.shown.id} and ${b.shown.id}`).toBe(true);
    }
  });

  it('has replicas at the right of their source, and a line to each', () => {
    const layout = laid(chain(20));
    expect(layout.lines).toHaveLength(19);
    for (const line of layout.lines) expect(line.to.x).toBeGreaterThan(line.from.x + card.width);
    expect(pathOf(layout.lines[0]!)).toMatch(/^M\d/);
  });

  it('begins at the corner and holds every card', () => {
    const { placed, width, height } = laid(chain(30));
    expect(Math.min(...placed.map((one) => one.x))).toBe(0);
    expect(Math.min(...placed.map((one) => one.y))).toBe(0);
    for (const one of placed) {
      expect(one.x + card.width).toBeLessThanOrEqual(width);
      expect(one.y + card.height).toBeLessThanOrEqual(height);
    }
  });

  it('gives all cards of a small tree, and of a large one those in view', () => {
    const view = { x: 0, y: 0, k: 1, width: 900, height: 600 };
    const small = laid(chain(50)), large = laid(chain(drawAll * 3));
    expect(inView(small, view)).toHaveLength(50);
    const seen = inView(large, view);
    expect(seen.length).toBeLessThan(120);
    for (const one of large.placed) {
      const isInside = one.x < 900 && one.x + card.width > 0 && one.y < 600 && one.y + card.height > 0;
      if (isInside) expect(seen).toContain(one);
    }
  });

  it('shows a tree whole that can be read so, and the beginning of one that cannot', () => {
    const few = laid(chain(4)), many = laid(chain(2000));
    expect(fitted(few, 1400, 800).k).toBe(1);
    const start = fitted(many, 1400, 800);
    expect(start.k).toBeGreaterThanOrEqual(0.55);
    expect(start.y).toBeLessThan(100);
  });
});
