import { propose } from '../acting/acting';
import { operations, whyNot, type Role } from '../app/session';
import { choiceOf, isAsking, type RecoveryRecord } from './stages';
import { mayBlock } from './states';

type Action = {
  name: 'approve' | 'cancel' | 'acknowledge'; label: string; given: Record<string, string>; class: string;
};

/** What can be done with a recovery as it stands: approve, cancel, acknowledge. */
export const actionsOf = (record: RecoveryRecord): Action[] => {
  const given = { recovery: record.id };
  if (record.endedAt) return record.acknowledgedBy || record.outcome?.result === 'held' ? []
    : [{ name: 'acknowledge', label: 'Acknowledge …', given, class: mayBlock(record) ? 'primary' : '' }];
  const cancel: Action = { name: 'cancel', label: 'Cancel …', given, class: '' };
  if (!isAsking(record.recovery)) return [cancel];
  // The approval is for the candidate that the reader sees: it is refused when another one is asked about by then.
  const candidate = choiceOf(record.recovery)?.candidate;
  return [{
    name: 'approve', label: candidate ? `Approve ${candidate} …` : 'Approve …', class: 'primary',
    given: candidate ? { ...given, candidate } : given,
  }, cancel];
};

const needs: Record<Action['name'], Role> = { approve: 'power', cancel: 'operate', acknowledge: 'power' };

/** Why the reader may not do it; null for one who may. */
export const forbids = (name: Action['name']) => whyNot(operations.value.get(name)?.needs ?? needs[name]);

/** The buttons; each opens a dialog, in which it is confirmed. */
export const Actions = ({ record }: { record: RecoveryRecord }) => {
  const actions = actionsOf(record);
  const why = [...new Set(actions.map((one) => forbids(one.name)).filter((one) => one !== null))];
  if (actions.length === 0) return null;
  return (
    <div class="actions">
      {actions.map((one) => (
        <ActButton key={one.name} name={one.name} class={one.class} given={one.given}>{one.label}</ActButton>
      ))}
      {why.map((one) => <span key={one} class="hint">{one}</span>)}
    </div>
  );
};

type Button = { name: Action['name']; given: Record<string, string>; class?: string; children: string; about?: string };

/** One of them; where the reader may not do it, it says why and does nothing. */
export const ActButton = ({ name, given, class: look, children, about }: Button) => {
  const why = forbids(name);
  return (
    <button
      type="button" class={look} aria-disabled={why !== null} title={why ?? ''} aria-label={about}
      onClick={() => { if (why === null) propose(name, given); }}
    >
      {children}
    </button>
  );
};
