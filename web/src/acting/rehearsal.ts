import type { Answer, Problem } from '../api/client';
import type { Refusal, RehearsedPlan } from '../api/types';

/** How far the rehearsal of what stands in the form is. While it is read anew the old plan may still be seen. */
export type Rehearsal =
  | { is: 'asking'; missing: string[] }
  | { is: 'reading'; before: RehearsedPlan | null }
  | { is: 'read'; plan: RehearsedPlan }
  | { is: 'failed'; problem: Problem };

type Ask = (cancel: AbortSignal) => Promise<Answer<RehearsedPlan>>;

/** Typing pauses so long before a plan is asked for. */
const pause = 300;

/**
 * Reads plans, the newest question alone: what was asked before is cancelled, and an answer to it that comes all the
 * same is dropped.
 */
export const rehearser = (tell: (rehearsal: Rehearsal) => void) => {
  let cancel = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let before: RehearsedPlan | null = null;
  const stop = () => {
    clearTimeout(timer);
    cancel.abort();
  };
  const read = async (ask: Ask, mine: AbortSignal) => {
    const answer = await ask(mine).catch((error: unknown) => {
      if (mine.aborted) return null;
      throw error;
    });
    if (mine.aborted || !answer) return;
    before = answer.ok ? answer.value : null;
    tell(answer.ok ? { is: 'read', plan: answer.value } : { is: 'failed', problem: answer.problem });
  };
  const begin = () => {
    stop();
    cancel = new AbortController();
    return cancel.signal;
  };
  return {
    stop,
    /** Asks anew, after a pause where the reader may still be typing. */
    ask: (ask: Ask, isTyping = true) => {
      const mine = begin();
      tell({ is: 'reading', before });
      timer = setTimeout(() => void read(ask, mine), isTyping ? pause : 0);
    },
    /** Something has to be given before a plan can be asked for. */
    wait: (missing: string[]) => {
      begin();
      before = null;
      tell({ is: 'asking', missing });
    },
  };
};

/** How the plan would end: its sentence, and why that is no success. Null as sentence: it would not come to an end. */
export const endOf = ({ plan }: RehearsedPlan): { says: string | null; refusal: Refusal | null } => {
  const last = plan.stages?.at(-1)?.stage;
  if (!last) return { says: null, refusal: null };
  const outcome = last.outcome;
  const refusal = (outcome && 'refusal' in outcome ? outcome.refusal : null) ?? last.refusal ?? null;
  if (refusal) return { says: null, refusal };
  if (outcome?.result === 'rolled-back' || outcome?.result === 'lost-again')
    return { says: null, refusal: { because: outcome.because, remedy: '' } };
  return { says: outcome ? last.because : null, refusal: null };
};
