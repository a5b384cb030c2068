import { computed, signal } from '@preact/signals';
import { ask } from '../api/client';
import { isSignedOut } from '../api/signIn';

export type Role = 'read' | 'operate' | 'power';

/** Who is let in (GET /api/v3/session). */
export type Session = { name: string; role: Role; because: string; readOnly: boolean; version: string };

/** What an operation is told. `default` is empty where nothing is taken, `choices` null where any text is. */
export type Argument = {
  key: string; help: string; kind: string; required: boolean; positional: boolean; repeated: boolean; default: string;
  choices?: string[] | null;
};

/** A row of the catalogue (GET /api/v3/operations). `path` stands below /api/v3. */
export type Operation = {
  name: string; does: string; needs: Role; kind: 'act' | 'plan' | 'signal' | 'question'; method: 'GET' | 'POST';
  path: string; planPath?: string | null; subject: string; target: string; arguments: Argument[];
};

export const session = signal<Session | null>(null);
export const operations = signal<ReadonlyMap<string, Operation>>(new Map());

const order: readonly Role[] = ['read', 'operate', 'power'];

/** Why the reader may not do what needs that role; null for one who may. */
export const whyNot = (needs: Role) => {
  const who = session.value;
  if (!who) return 'it is not known yet who you are';
  return order.indexOf(who.role) >= order.indexOf(needs) ? null : `this needs the role ${needs}: ${who.because}`;
};

export const mayAct = computed(() => whyNot('operate') === null);

/** Reads both once; who is not let in is shown where to sign in. */
export const begin = async () => {
  const [who, all] = await Promise.all([
    ask<Session>('/session'), ask<{ items: Operation[] }>('/operations'),
  ]);
  if (who.ok) session.value = who.value;
  else if (who.problem.status === 401) isSignedOut.value = true;
  if (all.ok) operations.value = new Map(all.value.items.map((one) => [one.name, one]));
};
