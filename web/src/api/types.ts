import type { components } from './schema';

type Schemas = components['schemas'];

/**
 * What is answered of a record: all of it, but for what may be null, which is left out then. The description takes
 * what has a default for optional.
 */
type Told<T> = { [K in keyof T as null extends T[K] ? never : K]-?: Exclude<T[K], undefined> }
  & { [K in keyof T as null extends T[K] ? K : never]?: T[K] };

export type Analysis = Required<Omit<Schemas['AnalysisAnswer'], 'downtime' | 'kind' | 'severity'>>
  & Pick<Schemas['AnalysisAnswer'], 'downtime' | 'kind'> & { severity: Severity };
export type ClusterSummary = Schemas['ClusterSummary'];
export type Cluster = Omit<Schemas['ClusterAnswer'], 'members'> & { members: Member[] };
export type Link = Told<Schemas['ReplicationLink']>;
export type Instance = Told<Omit<Schemas['Instance'], 'links'>> & { links: Link[] };
export type Member = Omit<Schemas['MemberAnswer'], 'instance'> & { instance?: Instance | null };
export type Severity = NonNullable<Schemas['Severity']>;
export type Health = Schemas['HealthAnswer'];
export type RecoverySummary = Schemas['RecoverySummary'];
export type RecoveryAnswer = Schemas['RecoveryAnswer'];
export type Recovery = Schemas['Recovery'];
export type StageRecord = Schemas['StageRecord'];
export type StepResult = Schemas['StepResult'];
export type PlanStage = Schemas['PlanStage'];
export type CandidateChoice = Schemas['CandidateChoice'];
export type RehearsedPlan = Schemas['RehearsedPlan'];
export type Downtime = Schemas['Downtime'];
export type Refusal = Schemas['Refusal'];

export type Page<T> = { items: T[]; next?: string | null };

/** What an operation answers that was begun: the id of its record. */
export type Started = { recovery: string; see: string };
export type Says = { says: string };
