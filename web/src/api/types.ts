import type { components } from './schema';

type Schemas = components['schemas'];

export type Analysis = Required<Omit<Schemas['AnalysisAnswer'], 'downtime' | 'kind' | 'severity'>>
  & Pick<Schemas['AnalysisAnswer'], 'downtime' | 'kind'> & { severity: Severity };
export type ClusterSummary = Schemas['ClusterSummary'];
export type Cluster = Schemas['ClusterAnswer'];
export type Member = Schemas['MemberAnswer'];
export type Instance = Schemas['Instance'];
export type Link = Schemas['ReplicationLink'];
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
