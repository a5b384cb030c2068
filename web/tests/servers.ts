import type { Analysis, ClusterSummary, Instance, Link, Member } from '../src/api/types';

/** A channel that runs without lag. */
export const link = (source: string, other: Partial<Link> = {}): Link => ({
  source, channel: '', user: 'repl', receiver: 'Running', applier: 'Running', autoPosition: true, delaySeconds: 0,
  lagSeconds: 0, receiverErrorNumber: 0, receiverError: '', applierErrorNumber: 0, applierError: '', heldUpBy: '',
  hasFilters: false, isDetached: false, ...other,
});

/** A server that was seen: a writable one without sources, else a read-only replica of them. */
export const member = (key: string, sources: string[] = [], other: Partial<Member> = {}): Member => ({
  key, seen: true, depth: 0, sources, promotionRule: 'Neutral', tags: {}, formerPrimary: false, missing: [],
  instance: instance(key, sources.map((source) => link(source))), ...other,
});

export const instance = (key: string, links: Link[] = []): Instance => ({
  key, version: '8.4.0', readOnly: links.length > 0, links,
  gtid: { enabled: true, executed: '', purged: '' },
  semiSync: {
    available: true, sourceEnabled: false, sourceActive: false, waitForReplicas: 1, clients: 0,
    timeoutMilliseconds: 0, replicaEnabled: false, replicaActive: false,
  },
  location: { dataCenter: '', region: '' },
} as unknown as Instance);

export const analysis = (key: string, code: Analysis['code'], severity: Analysis['severity']): Analysis => ({
  cluster: 'c-1', key, code, severity, sentence: 'it is wrong', advice: '', replicas: {}, because: [],
} as unknown as Analysis);

export const summary = (cluster: string, other: Partial<ClusterSummary> = {}): ClusterSummary =>
  ({ cluster, alias: '', primary: 'db1:3306', instances: 3, seen: 3, problems: [], ...other });
