import { batch, computed, effect, signal, untracked } from '@preact/signals';
import { act, ask, type Problem } from '../api/client';
import type { RehearsedPlan } from '../api/types';
import { whyNot, type Operation } from '../app/session';
import { opened } from '../fleet/fleet';
import { askedOf, initialOf, missingOf, rehearsedOf, type Values } from './form';
import { endOf, rehearser, type Rehearsal } from './rehearsal';

/** What became of the confirmation. */
export type Sent =
  | { is: 'not' }
  | { is: 'sending' }
  | { is: 'refused'; problem: Problem }
  | { is: 'done'; answer: unknown };

/** One operation on its way from the form to its end: the state of the dialog, without its looks. */
export const actOf = (operation: Operation, given: Values) => {
  const values = signal(initialOf(operation, given));
  const rehearsal = signal<Rehearsal | null>(null);
  const sent = signal<Sent>({ is: 'not' });
  const reader = rehearser((one) => { rehearsal.value = one; });

  const rehearse = (isTyping = false) => {
    const asked = rehearsedOf(operation, values.peek());
    if (!asked) return;
    const missing = missingOf(operation, values.peek(), true);
    if (missing.length > 0) reader.wait(missing);
    else reader.ask((cancel) => ask<RehearsedPlan>(asked.path, asked.query, cancel), isTyping);
  };
  const change = (key: string, value: string) => {
    if (values.peek()[key] === value) return;
    const was = JSON.stringify(rehearsedOf(operation, values.peek()));
    batch(() => {
      values.value = { ...values.peek(), [key]: value };
      if (JSON.stringify(rehearsedOf(operation, values.peek())) !== was) rehearse(true);
    });
  };

  const whyNever = computed(() => whyNot(needsOf(operation, values.value)));
  const whyNotYet = computed(() => whyNever.value ?? waitsFor(operation, values.value, rehearsal.value, sent.value));
  const confirm = async () => {
    if (whyNotYet.peek() !== null) return;
    sent.value = { is: 'sending' };
    const asked = askedOf(operation, values.peek());
    const answer = await act<unknown>(asked.path, asked.query);
    sent.value = answer.ok ? { is: 'done', answer: answer.value } : { is: 'refused', problem: answer.problem };
    if (!answer.ok) rehearse();
  };
  rehearse();
  const unfollow = keepNew(() => {
    if (rehearsal.peek()?.is === 'read' && sent.peek().is === 'not') rehearse();
  });
  const stop = () => {
    unfollow();
    reader.stop();
  };
  return { operation, given, values, rehearsal, sent, whyNever, whyNotYet, change, rehearse, confirm, stop };
};

/** A plan gets old: after so long, and when the cluster has another primary, it is read anew before it can be confirmed. */
const planLasts = 45_000;

const keepNew = (again: () => void) => {
  const timer = setInterval(again, planLasts);
  let primary = opened.peek()?.primary;
  const stop = effect(() => {
    const now = opened.value?.primary;
    if (now !== primary) untracked(again);
    primary = now;
  });
  return () => {
    clearInterval(timer);
    stop();
  };
};

export type Act = ReturnType<typeof actOf>;

/** With force it passes over a refusal that protects writes or data: that needs most. */
const needsOf = (operation: Operation, values: Values) => (values.force === 'true' ? 'power' : operation.needs);

const waitsFor = (operation: Operation, values: Values, rehearsal: Rehearsal | null, sent: Sent): string | null => {
  if (sent.is === 'sending') return 'it is being sent';
  if (sent.is === 'done') return 'it is done';
  const missing = missingOf(operation, values);
  if (missing.length > 0) return `still to be given: ${missing.join(', ')}`;
  switch (rehearsal?.is) {
    case 'reading': return 'the plan is being read';
    case 'failed': return 'there is no plan for this';
    case 'read': return endOf(rehearsal.plan).refusal ? 'the plan is refused' : null;
    default: return null;
  }
};
