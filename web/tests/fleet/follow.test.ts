import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Problem } from '../../src/api/client';
import { clusters, liveness, members, opened, putAll, recoveries, staleFor } from '../../src/fleet/fleet';
import { follow } from '../../src/fleet/follow';
import { now } from '../../src/parts/time';
import { member, summary } from '../servers';

/** A server whose answers come when the test says so. */
const server = () => {
  const questions: { path: string; answer: (body: unknown, status?: number) => void }[] = [];
  let stream: ReadableStreamDefaultController<Uint8Array> | undefined;
  vi.stubGlobal('fetch', (address: string) => {
    const path = address.replace('/api/v3', '').split('?')[0]!;
    if (path === '/events') return Promise.resolve(new Response(new ReadableStream({ start: (to) => { stream = to; } })));
    return new Promise<Response>((done) => questions.push({
      path, answer: (body, status = 200) =>
        done(new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })),
    }));
  });
  const settle = async () => { for (let i = 0; i < 40; i++) await Promise.resolve(); await new Promise((done) => setTimeout(done)); };
  return {
    questions, settle,
    tell: async (kind: string, data: unknown) => {
      stream!.enqueue(new TextEncoder().encode(`event: ${kind}\ndata: ${JSON.stringify(data)}\n\n`));
      await settle();
    },
    /** Answers what was asked so far. */
    answer: async (db2: boolean, status = 200) => {
      for (const one of questions.splice(0)) {
        const body = one.path.endsWith('/topology')
          ? { cluster: 'c-1', alias: 'shop', takenAt: '2026-01-01T00:00:00Z', primary: 'db1', owed: [], members: [member('db1'), member('db2', ['db1'], { seen: db2 })] }
          : one.path === '/clusters' ? { items: [summary('c-1', { seen: db2 ? 3 : 2 })] } : one.path === '/health' ? { healthy: true } : { items: [] };
        one.answer(status === 200 ? body : { detail: 'storage is away' }, status);
      }
      await settle();
    },
  };
};

let cancel: AbortController;
let problems: (Problem | null)[];
const begin = async (cluster: string | null) => {
  const api = server();
  follow(cluster, cancel.signal, (one) => problems.push(one));
  await api.settle();
  return api;
};
const isSeen = () => members.value.get('db2')?.value.seen;

beforeEach(() => {
  [cancel, problems] = [new AbortController(), []];
  [clusters.value, opened.value, liveness.value] = [null, null, { is: 'starting' }];
  putAll(members, []);
  putAll(recoveries, []);
});
afterEach(() => {
  cancel.abort();
  vi.unstubAllGlobals();
});

describe('What is shown', () => {
  it('is live behind a reading that was begun after the stream, and not before', async () => {
    const api = await begin('shop');
    await api.answer(true);
    expect([isSeen(), liveness.value.is]).toEqual([true, 'starting']);
    await api.tell('reset', {});
    await api.tell('tick', {});
    expect(liveness.value.is).toBe('starting');
    await api.answer(true);
    expect(liveness.value.is).toBe('live');
  });

  it('is never an older answer over a newer event', async () => {
    const api = await begin('shop');
    await api.tell('reset', {});
    await api.tell('server', { cluster: 'c-1', server: member('db2', ['db1'], { seen: false }) });
    await api.answer(true);
    expect(isSeen()).toBe(false);
  });

  it('is not that of a slow first reading behind a newer one', async () => {
    const api = await begin('shop');
    const slow = api.questions.splice(0);
    await api.tell('reset', {});
    await api.answer(false);
    api.questions.push(...slow);
    await api.answer(true);
    expect([isSeen(), liveness.value.is]).toEqual([false, 'live']);
  });

  it('is not live while it cannot be read, and is read again', async () => {
    vi.useFakeTimers({ toFake: ['setInterval'] });
    const api = await begin(null);
    await api.tell('reset', {});
    await api.answer(true, 503);
    await api.tell('tick', {});
    expect([liveness.value.is, problems.at(-1)?.because]).toEqual(['stale', 'storage is away']);
    await vi.waitFor(() => expect(api.questions.length).toBeGreaterThan(0), { timeout: 5000 });
    await api.answer(true);
    expect([liveness.value.is, problems.at(-1)]).toEqual(['live', null]);
    vi.useRealTimers();
  });

  it('is old when no tick came for long, though the connection stands', async () => {
    const api = await begin('shop');
    await api.tell('reset', {});
    await api.answer(true);
    expect(staleFor.value).toBeNull();
    now.value = Date.now() + 20_000;
    expect(staleFor.value).toBeGreaterThan(8000);
    now.value = Date.now();
  });

  it('is nothing of a cluster that was forgotten', async () => {
    const api = await begin('shop');
    await api.tell('reset', {});
    await api.answer(true);
    await api.tell('cluster-gone', { cluster: 'c-1' });
    expect([opened.value, members.value.size, problems.at(-1)?.because]).toEqual([null, 0, 'the cluster was forgotten']);
  });
});
