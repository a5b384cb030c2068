import type { RecoveryState } from '../fleet/fleet';
import { kindWords } from './kinds';
import { groupOf, stateOfListed, type Group } from './states';

/** The groups in the order in which they are offered, each with its words. */
export const groups: readonly [Group, string][] = [
  ['running', 'running'], ['held', 'held'], ['failed', 'given up or undone'], ['promoted', 'promoted'],
  ['other', 'others'],
];

/** How many there are of each group. */
export const countsOf = (all: readonly RecoveryState[]) => {
  const counts = new Map<Group, number>();
  for (const { recovery } of all) {
    const group = groupOf(recovery.outcome);
    counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  return counts;
};

/** Whether a recovery is meant by what was typed: each word in its kind, state, server, cluster, actor or outcome. */
export const isMeant = (one: RecoveryState, cluster: string, typed: string) => {
  const words = typed.toLowerCase().split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) return true;
  const { kind, subject, actor, code, says, id } = one.recovery;
  const state = stateOfListed(one).words;
  const text = [kind, kindWords(kind), state, subject, cluster, one.recovery.cluster, actor, code, says, id]
    .join('\n').toLowerCase();
  return words.every((word) => text.includes(word));
};

/** What is left of a list by group and text. */
export const filtered = (
  all: readonly RecoveryState[], group: Group | null, typed: string, nameOf: (cluster: string) => string,
) => all.filter((one) => (!group || groupOf(one.recovery.outcome) === group)
  && isMeant(one, nameOf(one.recovery.cluster), typed));
