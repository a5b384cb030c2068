import type { RehearsedPlan } from '../../src/api/types';
import type { Argument, Operation, Session } from '../../src/app/session';

/** An argument of the catalogue; what is not said is what most of them are. */
export const argument = (key: string, rest: Partial<Argument> = {}): Argument => ({
  key, help: `what ${key} is`, kind: 'text', required: false, positional: false, repeated: false, default: '',
  choices: null, ...rest,
});

const instance = argument('instance', { kind: 'server', required: true, positional: true });
const cluster = argument('cluster', { kind: 'cluster', required: true, positional: true });

const row = (name: string, rest: Partial<Operation>): Operation => ({
  name, does: `Do ${name}`, needs: 'operate', kind: 'plan', method: 'POST', path: `/${name}`, planPath: `/${name}/plan`,
  subject: 'instance', target: '', arguments: [instance], ...rest,
});

export const relocate = row('relocate', {
  target: 'below', arguments: [instance, argument('below', { kind: 'server', required: true })],
});
export const takeover = row('takeover', {
  needs: 'power', path: '/clusters/{cluster}/takeover', planPath: '/clusters/{cluster}/takeover/plan',
  subject: 'cluster', target: 'to',
  arguments: [cluster, argument('to', { kind: 'server' }), argument('skipHooks', { kind: 'flag' })],
});
export const failover = row('failover', {
  needs: 'power', path: '/clusters/{cluster}/failover', planPath: '/clusters/{cluster}/failover/plan',
  subject: 'cluster', target: 'to',
  arguments: [
    cluster, argument('to', { kind: 'server' }), argument('because', { kind: 'reason', required: true }),
    argument('acceptLoss', { kind: 'flag' }),
  ],
});
export const stop = row('stop-replication', {
  arguments: [instance, argument('force', { kind: 'flag' }), argument('because')],
});
export const semiSync = row('semi-sync', { needs: 'power', arguments: [instance, argument('waits', { kind: 'choice' })] });
export const downtime = row('downtime', {
  kind: 'act', planPath: null, subject: 'name',
  arguments: [
    argument('name', { required: true }), argument('for', { kind: 'duration', default: '1h' }), argument('because'),
  ],
});
export const undowntime = row('undowntime', {
  kind: 'act', planPath: null, subject: 'name', arguments: [argument('name', { required: true }), argument('because')],
});
export const rule = row('promotion-rule', {
  kind: 'act', planPath: null,
  arguments: [instance, argument('rule', { required: true, choices: ['prefer', 'must_not'] })],
});
export const forget = row('forget', {
  kind: 'act', planPath: null, needs: 'power', subject: 'name',
  arguments: [argument('name', { required: true }), argument('force', { kind: 'flag' })],
});
export const discover = row('discover', {
  kind: 'act', planPath: null, needs: 'power', subject: '',
  arguments: [argument('instance', { kind: 'address', required: true, repeated: true })],
});
export const adopt = row('adopt', {
  kind: 'act', planPath: null, needs: 'power', path: '/clusters/{cluster}/adopt', arguments: [instance, cluster],
});

export const all = [
  relocate, takeover, failover, stop, semiSync, downtime, undowntime, rule, forget, discover, adopt,
];

export const power: Session = { name: 'alice', role: 'power', because: '', readOnly: false, version: '0.1.0' };
export const operate: Session = { ...power, role: 'operate', because: 'Api:Operators names alice' };
export const reader: Session = { ...power, role: 'read', because: 'Api:ReadOnly is set' };

type Outcome = NonNullable<NonNullable<RehearsedPlan['plan']['stages']>[number]['stage']['outcome']>;

/** A plan of one stage that ends so. */
export const planOf = (because: string, outcome: Outcome | null): RehearsedPlan => ({
  plan: {
    id: 'p1', cluster: 'c-1', kind: 'Relocate', actor: 'http', startedAt: '2026-01-01T00:00:00Z', subject: 'db3:3306',
    stages: [{
      stage: { name: 'end', because, steps: [], outcome, awaitsApproval: outcome === null }, epoch: 0,
      plannedAt: '2026-01-01T00:00:00Z', results: [],
    }],
  },
  notChecked: [], statements: [],
});

export const follows = (source: string) => planOf(`db3:3306 follows ${source}`, {
  result: 'relocated', key: 'db3:3306', source, remark: '',
});

export const refused = planOf('Given up: db3:3306 is the primary', {
  result: 'abandoned', refusal: { because: 'db3:3306 is the primary', remedy: 'a takeover' },
});
