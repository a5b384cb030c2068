/** What an operation answered, by what it holds. */
export type Ended =
  | { is: 'begun'; recovery: string }
  | { is: 'token'; name: string; token: string; expiresAt: string }
  | { is: 'found'; clusters: { name: string; members: number }[]; refusals: string[]; warnings: string[] }
  | { is: 'said'; says: string };

/** Reads an answer: a plan that was begun, a token, what was discovered, or words. */
export const endedOf = (answer: unknown): Ended => {
  const told = (typeof answer === 'object' && answer !== null ? answer : {}) as Record<string, unknown>;
  if (typeof told.recovery === 'string') return { is: 'begun', recovery: told.recovery };
  if (typeof told.token === 'string')
    return { is: 'token', name: String(told.name), token: told.token, expiresAt: String(told.expiresAt) };
  if (Array.isArray(told.clusters)) return foundOf(told);
  return { is: 'said', says: typeof told.says === 'string' && told.says ? told.says : 'It is done' };
};

type Cluster = { cluster: string; alias: string; members: unknown[] };

const foundOf = (told: Record<string, unknown>): Ended => ({
  is: 'found',
  clusters: (told.clusters as Cluster[])
    .map((one) => ({ name: one.alias || one.cluster, members: one.members.length })),
  refusals: (told.refusals ?? []) as string[],
  warnings: (told.warnings ?? []) as string[],
});

/** The end in one sentence, for who hears the page. */
export const heardOf = (ended: Ended) => {
  switch (ended.is) {
    case 'begun': return 'It was begun. Its stages are told below.';
    case 'token': return `The token ${ended.name} was created. Its value is shown once.`;
    case 'found': return `${ended.clusters.length} clusters were found.`;
    case 'said': return ended.says;
  }
};
