import { ask } from '../api/client';
import type { Refusal } from '../api/types';

/** A server that a plan may name, and why it cannot be; null where it can. */
export type Target = { key: string; refusal?: Refusal | null };

/** Whether a plan can be made (GET /api/v3/options): by what was seen last. */
export type Option = {
  operation: string; refusal?: Refusal | null; targets?: Target[] | null; asks: string[]; assumes?: string | null;
};

export type Options = { cluster: string; key?: string | null; takenAt: string; options: Option[] };

/** What is asked about: a server, or a cluster. */
export type About = { instance: string } | { cluster: string };

/** Asks what can be done; changes nothing and asks no server. */
export const askOptions = (about: About, cancel?: AbortSignal) => ('instance' in about
  ? ask<Options>('/options', { instance: about.instance }, cancel)
  : ask<Options>(`/clusters/${encodeURIComponent(about.cluster)}/options`, {}, cancel));

/** Those that can be chosen first; each part in the order of the cluster. */
export const inOrder = (targets: readonly Target[]) =>
  [...targets.filter((one) => !one.refusal), ...targets.filter((one) => one.refusal)];
