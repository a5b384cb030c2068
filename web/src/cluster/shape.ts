import type { Member } from '../api/types';
import { byName } from '../parts/words';

/** A server in the forest of a cluster. `ring`: it is one of several that follow each other. */
export type Branch = { key: string; ring: boolean; replicas: Branch[] };

/**
 * The forest of replication: each server below the one it follows. Servers that follow each other in a ring are roots
 * side by side. Roots: the primary, then rings, then whoever follows nobody here.
 */
export const forestOf = (members: readonly Member[], primary: string | null): Branch[] => {
  const sources = new Map<string, string | null>();
  for (const member of members) sources.set(member.key, null);
  for (const member of members) sources.set(member.key, member.sources.find((s) => s !== member.key && sources.has(s)) ?? null);
  const rings = ringsOf(sources);
  const branches = new Map<string, Branch>();
  for (const key of sources.keys()) branches.set(key, { key, ring: rings.has(key), replicas: [] });
  const roots: Branch[] = [];
  for (const [key, source] of sources) {
    const branch = branches.get(key)!;
    if (source === null || rings.has(key)) roots.push(branch);
    else branches.get(source)!.replicas.push(branch);
  }
  for (const branch of branches.values()) branch.replicas.sort(byKey);
  return roots.sort((a, b) => rankOf(a, primary) - rankOf(b, primary) || byKey(a, b));
};

const rankOf = (root: Branch, primary: string | null) =>
  (root.key === primary ? 0 : root.ring ? 1 : root.replicas.length > 0 ? 2 : 3);

const byKey = (a: Branch, b: Branch) => byName(a.key, b.key);

const ringsOf = (sources: ReadonlyMap<string, string | null>) => {
  const rings = new Set<string>();
  const done = new Set<string>();
  for (const start of sources.keys()) {
    const way = new Map<string, number>();
    let at: string | null = start;
    while (at !== null && !done.has(at) && !way.has(at)) {
      way.set(at, way.size);
      at = sources.get(at) ?? null;
    }
    if (at !== null && way.has(at)) for (const [key, place] of way) if (place >= way.get(at)!) rings.add(key);
    for (const key of way.keys()) done.add(key);
  }
  return rings;
};

/** So many replicas of one source are drawn one by one; of more, the healthy ones that nobody follows are one card. */
export const foldAbove = 40;

/** What is drawn at one place: a server, or the healthy leaves of a wide source in one. */
export type Shown = {
  id: string; key: string; ring: boolean; level: number; place: number; among: number;
  /** How many replicas it has that are not drawn; 0 where all are, or none has. */
  hidden: number;
  hasReplicas: boolean;
  /** Keys that this card stands for; null for a server. */
  folded: readonly string[] | null;
  parent: string | null;
  children: Shown[];
};

export type Folding = {
  /** Whether nothing is wrong with it, so that it may be one of many. */
  isHealthy: (key: string) => boolean;
  /** Sources whose replicas the reader has put away. */
  closed: ReadonlySet<string>;
  /** Wide sources whose healthy leaves the reader wants one by one. */
  spread: ReadonlySet<string>;
};

/** The forest as it is drawn. */
export const shownOf = (forest: readonly Branch[], folding: Folding): Shown[] =>
  forest.map((root, i) => show(root, null, 1, i + 1, forest.length, folding));

export const foldId = (source: string) => `${source} +`;

const show = (
  branch: Branch, parent: string | null, level: number, place: number, among: number, folding: Folding,
): Shown => {
  const isClosed = folding.closed.has(branch.key);
  const [single, folded] = isClosed ? [[], []] : partOf(branch, folding);
  const all = single.length + (folded.length > 0 ? 1 : 0);
  const children = single.map((one, i) => show(one, branch.key, level + 1, i + 1, all, folding));
  if (folded.length > 0) children.push({
    id: foldId(branch.key), key: branch.key, ring: false, level: level + 1, place: all, among: all, hidden: 0,
    hasReplicas: false, folded: folded.map((one) => one.key), parent: branch.key, children: [],
  });
  return {
    id: branch.key, key: branch.key, ring: branch.ring, level, place, among,
    hidden: isClosed ? countBelow(branch) : 0, hasReplicas: branch.replicas.length > 0, folded: null, parent, children,
  };
};

const partOf = (branch: Branch, folding: Folding): [Branch[], Branch[]] => {
  if (branch.replicas.length <= foldAbove || folding.spread.has(branch.key)) return [branch.replicas, []];
  const isFolded = (one: Branch) => one.replicas.length === 0 && folding.isHealthy(one.key);
  return [branch.replicas.filter((one) => !isFolded(one)), branch.replicas.filter(isFolded)];
};

const countBelow = (branch: Branch): number =>
  branch.replicas.reduce((count, one) => count + 1 + countBelow(one), 0);

/** All that is drawn, in the order of the tree. */
export const inOrder = (roots: readonly Shown[]): Shown[] => roots.flatMap((one) => [one, ...inOrder(one.children)]);
