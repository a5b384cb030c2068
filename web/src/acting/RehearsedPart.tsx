import type { RehearsedPlan } from '../api/types';
import { ProblemNote } from '../parts/ProblemNote';
import { countOf } from '../parts/words';
import { StageList } from '../recoveries/StageList';
import type { Act } from './model';
import { endOf } from './rehearsal';

/** What the plan would do, read anew whenever the form changes. Its end stands first. */
export const RehearsedPart = ({ of }: { of: Act }) => {
  const rehearsal = of.rehearsal.value;
  if (!rehearsal) return null;
  const plan = rehearsal.is === 'read' ? rehearsal.plan : rehearsal.is === 'reading' ? rehearsal.before : null;
  return (
    <section class="rehearsed" aria-label="The plan" aria-busy={rehearsal.is === 'reading'}>
      <header>
        <h3>The plan</h3>
        {rehearsal.is === 'reading'
          ? <span class="soft">reading the plan …</span>
          : <button type="button" class="quiet" onClick={() => of.rehearse()}>Read it again</button>}
      </header>
      {rehearsal.is === 'asking' && (
        <p class="soft">It is shown when this is given: {rehearsal.missing.join(', ')}.</p>
      )}
      {rehearsal.is === 'failed' && <ProblemNote problem={rehearsal.problem} title="There is no plan for this" />}
      {plan && <div class={rehearsal.is === 'reading' ? 'old' : ''}><Plan plan={plan} /></div>}
    </section>
  );
};

const Plan = ({ plan }: { plan: RehearsedPlan }) => {
  const { says, refusal } = endOf(plan);
  const steps = plan.statements.length;
  return (
    <>
      {refusal
        ? <ProblemNote problem={{ status: 409, ...refusal }} title="The plan is refused" />
        : <p class="note done"><strong>{afterwards(says)}</strong></p>}
      {plan.notChecked.length > 0 && (
        <div class="note">
          <strong>Not checked: only the servers can say this when the plan runs.</strong>
          <ul class="dots">{plan.notChecked.map((one) => <li key={one}>{one}</li>)}</ul>
        </div>
      )}
      {!refusal && steps === 0 && <p>Nothing has to be done for it: no server would be changed.</p>}
      {steps > 0 && (
        <details open={!refusal}>
          <summary>{countOf(plan.plan.stages?.length ?? 0, 'stage')}, {countOf(steps, 'step')}</summary>
          <StageList recovery={plan.plan} statements={plan.statements} />
          <p class="hint">The servers are looked at again before it runs. What is seen then decides.</p>
        </details>
      )}
    </>
  );
};

const afterwards = (says: string | null) =>
  (says ? `Afterwards: ${says}.` : 'It waits for somebody before its end.');
