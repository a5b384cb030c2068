import type { Severity } from '../api/types';

/** What a state is called, so that no state is told by colour alone. */
export type State = 'critical' | 'serious' | 'warning' | 'healthy' | 'unknown' | 'downtime';

export const stateWords: Record<State, string> = {
  critical: 'Critical', serious: 'Serious', warning: 'Warning', healthy: 'Healthy', unknown: 'Not seen',
  downtime: 'In downtime',
};

/** The gravest first. */
export const stateOrder: readonly State[] = ['critical', 'serious', 'unknown', 'warning', 'downtime', 'healthy'];

export const stateOfSeverity = (severity: Severity | null | undefined): State | null =>
  severity ? (severity.toLowerCase() as State) : null;

/** `DeadPrimaryAndSomeReplicas` as `Dead primary and some replicas`. */
export const wordsOf = (code: string) => {
  const words = code.replace(/([a-z])([A-Z])/g, '$1 $2').split(' ');
  return words.map((word, i) => (i === 0 || /^[A-Z]{2,}/.test(word) ? word : word.toLowerCase())).join(' ');
};

/** `1 server`, `3 servers`. */
export const countOf = (count: number, one: string, several = `${one}s`) => `${count} ${count === 1 ? one : several}`;

const collator = new Intl.Collator('en', { numeric: true });

/** Names in the order of people: `db9` before `db10`. */
export const byName = (a: string, b: string) => collator.compare(a, b);
