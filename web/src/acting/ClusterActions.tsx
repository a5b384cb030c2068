import { operations } from '../app/session';
import { nameOf, opened } from '../fleet/fleet';
import { ProblemNote } from '../parts/ProblemNote';
import { When } from '../parts/When';
import { propose } from './acting';
import { ActionRow, type Action } from './ActionRow';
import { actionsOfCluster } from './actions';
import { useOptions, watchCluster } from './useOptions';
import './act.css';

/** What can be done with a cluster, for its head. `cluster` is its id or alias. Refused ones stand with the reason. */
export const ClusterActions = ({ cluster }: { cluster: string }) => {
  const about = aboutCluster(cluster);
  const { options, problem } = useOptions({ cluster }, watchCluster);
  // The dialog and its buttons say the name that people know.
  const name = about ? nameOf(about) : cluster;
  const actions = actionsOfCluster(operations.value, options, name, Boolean(about?.downtime));
  const refused = actions.filter((one) => one.refusal);
  return (
    <section class="cluster-actions" aria-label={`What can be done with ${name}`}>
      <div class="actions">
        {actions.filter((one) => !one.refusal || one.mayPass).map((one) => <Propose key={one.operation} action={one} />)}
        {problem && <ProblemNote problem={problem} title="It cannot be said which plans can be made" />}
      </div>
      {options && refused.length > 0 && (
        <details>
          <summary>What is refused, and why ({refused.length})</summary>
          <ul class="rows">{refused.map((one) => <ActionRow key={one.operation} action={one} />)}</ul>
          <p class="hint">Judged by what was seen at <When at={options.takenAt} />.</p>
        </details>
      )}
    </section>
  );
};

const Propose = ({ action }: { action: Action }) => (
  <button type="button" title={action.does} onClick={() => propose(action.operation, action.given, action.title)}>
    {action.label} …
  </button>
);

const aboutCluster = (cluster: string) => {
  const open = opened.value;
  return open && (open.cluster === cluster || open.alias === cluster) ? open : null;
};
