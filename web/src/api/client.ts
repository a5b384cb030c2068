import { signInHeaders } from './signIn';

/** Why something is not answered or done. `status` is that of HTTP; 0 where no answer came. */
export type Problem = { status: number; because: string; remedy: string };

export type Answer<T> = { ok: true; value: T } | { ok: false; problem: Problem };

export type Query = Record<string, string | number | boolean | readonly string[] | null | undefined>;

/** The path below /api/v3 of what is named in it: `/clusters/{cluster}/topology`. */
export const pathOf = (path: string, names: Record<string, string>) =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(names[name] ?? ''));

export const addressOf = (path: string, query: Query = {}) => {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === '' || value === false) continue;
    for (const one of Array.isArray(value) ? value : [value]) search.append(key, String(one));
  }
  const text = search.toString();
  return `/api/v3${path}${text ? `?${text}` : ''}`;
};

/** Asks; changes nothing. */
export const ask = <T>(path: string, query?: Query, cancel?: AbortSignal) => send<T>('GET', path, query, cancel);

/** Acts: what the operation of that path does. */
export const act = <T>(path: string, query?: Query) => send<T>('POST', path, query);

/** All pages of a list, in their order. */
export const askAll = async <T>(path: string, query: Query = {}): Promise<Answer<T[]>> => {
  const all: T[] = [];
  for (let next: string | undefined; ;) {
    const page = await ask<{ items: T[]; next?: string | null }>(path, next ? fromNext(next) : query);
    if (!page.ok) return page;
    all.push(...page.value.items);
    if (!page.value.next) return { ok: true, value: all };
    next = page.value.next;
  }
};

const fromNext = (next: string): Query =>
  Object.fromEntries(new URL(next, location.origin).searchParams.entries());

const send = async <T>(method: string, path: string, query?: Query, cancel?: AbortSignal): Promise<Answer<T>> => {
  let response: Response;
  try {
    response = await fetch(addressOf(path, query), {
      method, headers: { Accept: 'application/json', ...signInHeaders() }, cache: 'no-store',
      signal: cancelled(method, cancel),
    });
  } catch (error) {
    if (cancel?.aborted) throw error;
    return refused(0, 'the server does not answer', 'look whether `orchestrator serve` runs');
  }
  const isJson = /json/.test(response.headers.get('Content-Type') ?? '');
  const body: unknown = isJson ? await response.json().catch(() => null) : await response.text();
  // Health says by its status that all is not well, and answers all the same.
  if (response.ok || (path === '/health' && response.status === 503 && isJson)) return { ok: true, value: body as T };
  const told = (isJson && body ? body : {}) as { detail?: string; remedy?: string | null };
  return refused(response.status, told.detail ?? `the answer was ${response.status}`, told.remedy ?? '');
};

/** A question that hangs is given up; what acts takes as long as it takes. */
const longest = 30_000;

const cancelled = (method: string, cancel?: AbortSignal): AbortSignal | null => {
  if (method !== 'GET') return cancel ?? null;
  const over = AbortSignal.timeout(longest);
  return cancel ? AbortSignal.any([cancel, over]) : over;
};

const refused = (status: number, because: string, remedy: string) =>
  ({ ok: false, problem: { status, because, remedy } }) as const;
