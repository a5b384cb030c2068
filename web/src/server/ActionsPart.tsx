import type { Member } from '../api/types';
import { ActionRow } from '../acting/ActionRow';
import { actionsOf } from '../acting/actions';
import { useOptions, watchCluster } from '../acting/useOptions';
import { operations, session, whyNot } from '../app/session';
import { ProblemNote } from '../parts/ProblemNote';
import { When } from '../parts/When';
import { Part } from './Facts';

/** Everything that can be proposed for the server; what is refused stands there with its reason. */
export const ActionsPart = ({ member }: { member: Member }) => {
  const { options, problem } = useOptions({ instance: member.key }, watchCluster);
  const groups = actionsOf(operations.value.values(), options, member);
  const why = whyNot('operate');
  return (
    <Part name="What can be done">
      {session.value && why && <p class="note">You may only look at plans: {why}.</p>}
      {problem && <ProblemNote problem={problem} title="It cannot be said which plans can be made" />}
      {!options && !problem && <p class="soft">Reading which plans can be made …</p>}
      {groups.map(({ name, actions }) => (
        <section key={name} class="group" aria-label={name}>
          <h4>{name}</h4>
          <ul class="rows">{actions.map((one) => <ActionRow key={one.operation} action={one} />)}</ul>
        </section>
      ))}
      {options && (
        <p class="hint">
          Plans are judged by what was seen at <When at={options.takenAt} />. A plan looks again before it runs.
        </p>
      )}
    </Part>
  );
};
