import type { Analysis, Link, Member } from '../api/types';
import { stateOfSeverity, stateOrder, type State } from '../parts/words';

/** More than so many seconds behind is worth a look. */
export const reasonableLag = 10;

/** What a server is in its cluster. */
export type Role = 'primary' | 'co-primary' | 'replica' | 'former primary' | 'follows nobody';

export const roleOf = (member: Member, primary: string | null, ring: boolean): Role => {
  if (member.formerPrimary) return 'former primary';
  if (ring) return 'co-primary';
  if (member.key === primary) return 'primary';
  return (member.instance?.links.length ?? 0) > 0 || member.sources.length > 0 ? 'replica' : 'follows nobody';
};

/** The gravest thing that is so of a server. One that was not seen is never healthy. */
export const serverState = (member: Member, analyses: readonly Analysis[]): State => {
  const wrong: State[] = analyses.filter((one) => one.key === member.key)
    .map((one) => stateOfSeverity(one.severity) ?? 'warning');
  if (!member.seen) wrong.push('unknown');
  if (member.missing.length > 0 || isLate(member) || isHeldUp(member)) wrong.push('warning');
  if (wrong.length === 0) return 'healthy';
  if (member.downtime) return 'downtime';
  return wrong.reduce((a, b) => (stateOrder.indexOf(a) <= stateOrder.indexOf(b) ? a : b));
};

/** Seconds behind its source beyond what it shall be, the worst of its channels; null where nothing tells. */
export const lagOf = (member: Member): number | null => {
  const links = member.instance?.links ?? [];
  if (links.length === 0) return null;
  const lags = links.map((link) => (link.lagSeconds === null || link.lagSeconds === undefined
    ? null : Math.max(0, link.lagSeconds - (link.delaySeconds ?? 0))));
  return lags.some((lag) => lag === null) ? null : Math.max(...(lags as number[]));
};

export const isLate = (member: Member) => (lagOf(member) ?? 0) > reasonableLag;

/** A server that was seen, and a channel of which does not run. */
const isHeldUp = (member: Member) =>
  member.seen && (member.instance?.links.length ?? 0) > 0 && flowOfAll(member) !== 'runs';

/** How a channel stands, in one word. */
export type Flow = 'runs' | 'connecting' | 'stopped' | 'detached' | 'unknown';

export const flowOf = (member: Member, link: Link | undefined): Flow => {
  if (!member.seen || !link) return 'unknown';
  if (link.isDetached) return 'detached';
  if (link.receiver === 'Stopped' || link.applier === 'Stopped') return 'stopped';
  return link.receiver === 'Connecting' ? 'connecting' : 'runs';
};

/** All its channels together: the worst. */
export const flowOfAll = (member: Member): Flow => {
  const flows = (member.instance?.links ?? []).map((link) => flowOf(member, link));
  const worst: readonly Flow[] = ['unknown', 'detached', 'stopped', 'connecting', 'runs'];
  return worst.find((flow) => flows.includes(flow)) ?? 'unknown';
};

/** Short facts that stand on the card, each with what it means. */
export type Fact = { word: string; means: string; tone?: State };

export const factsOf = (member: Member): Fact[] => {
  const known = member.instance;
  const facts: Fact[] = [];
  if (member.errant) facts.push({ word: 'errant', means: `Only it has executed ${member.errant}`, tone: 'serious' });
  if (known && !known.gtid.enabled) facts.push({ word: 'no GTID', means: 'It works by file and position' });
  facts.push(...semiSyncFacts(member));
  const delay = Math.max(0, ...(known?.links ?? []).map((link) => link.delaySeconds ?? 0));
  if (delay > 0) facts.push({ word: `delayed ${delay} s`, means: 'It stays so far behind its source on purpose' });
  if (member.downtime) facts.push({ word: 'downtime', means: member.downtime.reason || 'It is not recovered', tone: 'downtime' });
  if (member.promotionRule !== 'Neutral') facts.push(ruleFact(member.promotionRule));
  if (known?.location.dataCenter) facts.push({ word: known.location.dataCenter, means: 'Its data centre' });
  return facts;
};

const rules = {
  Prefer: { word: 'preferred', means: 'It is promoted before others' },
  PreferNot: { word: 'not preferred', means: 'It is promoted when no other one can be' },
  MustNot: { word: 'never promoted', means: 'It must not be promoted' },
} as const;

const ruleFact = (rule: 'Prefer' | 'PreferNot' | 'MustNot'): Fact => rules[rule];

const semiSyncFacts = (member: Member): Fact[] => {
  const semi = member.instance?.semiSync;
  if (semi?.sourceActive) return [{
    word: `semi-sync ${semi.waitForReplicas}`, means: `Each commit waits for ${semi.waitForReplicas} of ${semi.clients} replicas`,
  }];
  if (semi?.sourceEnabled && member.sources.length === 0)
    return [{ word: 'semi-sync off', means: 'It shall wait for acknowledgements and does not', tone: 'warning' }];
  return semi?.replicaActive ? [{ word: 'acknowledges', means: 'It acknowledges what it received' }] : [];
};

/** `writable`, `read-only`, or not known. */
export const writesOf = (member: Member) => {
  const known = member.instance;
  if (!known) return 'not known';
  const is = known.readOnly ? 'read-only' : 'writable';
  return member.seen ? is : `was ${is}`;
};
