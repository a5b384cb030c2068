import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { actOf } from '../../src/acting/model';
import { session } from '../../src/app/session';
import { downtime, failover, follows, operate, power, reader, refused, relocate, stop } from './rows';

type Call = { method: string; url: string };

let calls: Call[];
let answers: { status: number; body: unknown }[];

beforeEach(() => {
  vi.useFakeTimers();
  calls = [];
  answers = [];
  session.value = power;
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    calls.push({ method: init.method ?? '', url });
    const { status, body } = answers.shift() ?? { status: 500, body: { detail: 'not expected' } };
    return Promise.resolve(new Response(JSON.stringify(body), {
      status, headers: { 'Content-Type': 'application/json' },
    }));
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  session.value = null;
});

const settled = () => vi.advanceTimersByTimeAsync(400);

test('nothing is confirmed before the plan is read, nor with a required argument missing', async () => {
  const of = actOf(relocate, { instance: 'db3:3306' });
  expect(of.whyNotYet.value).toBe('still to be given: Below');
  answers = [{ status: 200, body: follows('db2:3306') }];
  of.change('below', 'db2:3306');
  expect(of.whyNotYet.value).toBe('the plan is being read');
  await of.confirm();
  expect(calls).toEqual([]);
  await settled();
  expect(of.whyNotYet.value).toBeNull();
  expect(calls).toEqual([{ method: 'GET', url: '/api/v3/relocate/plan?instance=db3%3A3306&below=db2%3A3306' }]);
});

test('a refused plan is not confirmed; with another target it is planned anew', async () => {
  const of = actOf(relocate, { instance: 'db3:3306', below: 'db2:3306' });
  answers = [{ status: 200, body: refused }];
  await settled();
  expect(of.whyNotYet.value).toBe('the plan is refused');
  await of.confirm();
  expect(calls.filter((one) => one.method === 'POST')).toEqual([]);
});

test('an argument that passes over the refusal is rehearsed with it, and lets it be confirmed', async () => {
  const of = actOf(stop, { instance: 'db3:3306' });
  answers = [{ status: 200, body: refused }, { status: 200, body: follows('nobody') }];
  await settled();
  expect(of.whyNotYet.value).toBe('the plan is refused');
  of.change('force', 'true');
  await settled();
  expect(calls.at(-1)?.url).toBe('/api/v3/stop-replication/plan?instance=db3%3A3306&force=true');
  expect(of.whyNotYet.value).toBeNull();
});

test('a reason is no reason to plan anew', async () => {
  const of = actOf(failover, { cluster: 'shop' });
  answers = [{ status: 200, body: follows('db2:3306') }];
  await settled();
  expect(of.whyNotYet.value).toBe('still to be given: Why');
  of.change('because', 'it burns');
  await settled();
  expect(of.whyNotYet.value).toBeNull();
  expect(calls).toHaveLength(1);
});

test('what is confirmed is sent once, with what stands in the form', async () => {
  const of = actOf(downtime, { name: 'shop' });
  answers = [{ status: 200, body: { says: 'shop is in downtime' } }];
  of.change('because', 'new disks');
  await Promise.all([of.confirm(), of.confirm()]);
  expect(calls).toEqual([{ method: 'POST', url: '/api/v3/downtime?name=shop&for=1h&because=new+disks' }]);
  expect(of.sent.value).toEqual({ is: 'done', answer: { says: 'shop is in downtime' } });
});

test('after a failure its reason stands there and the form is as it was', async () => {
  const of = actOf(downtime, { name: 'shop' });
  answers = [{ status: 400, body: { detail: 'for 1x: expected a duration', remedy: '90m' } }];
  of.change('for', '1x');
  await of.confirm();
  expect(of.sent.value).toEqual({
    is: 'refused', problem: { status: 400, because: 'for 1x: expected a duration', remedy: '90m' },
  });
  expect(of.values.value.for).toBe('1x');
  expect(of.whyNotYet.value).toBeNull();
});

test('who may not is told so and nothing is sent; force asks for more', async () => {
  session.value = reader;
  const mine = actOf(downtime, { name: 'shop' });
  expect(mine.whyNever.value).toBe('this needs the role operate: Api:ReadOnly is set');
  await mine.confirm();
  expect(calls).toEqual([]);
  session.value = operate;
  const forced = actOf(stop, { instance: 'db3:3306' });
  expect(forced.whyNever.value).toBeNull();
  forced.change('force', 'true');
  expect(forced.whyNever.value).toBe('this needs the role power: Api:Operators names alice');
});
