import { useId } from 'preact/hooks';
import type { Refusal } from '../api/types';
import { propose } from './acting';

/** Something that can be proposed, or is refused: then it stands there with the reason. */
export type Action = {
  operation: string; label: string; does: string; given: Record<string, string>; title: string;
  refusal: Refusal | null; assumes: string | null;
  /** Something in its form may pass over the refusal: the dialog says whether it does. */
  mayPass: boolean;
};

/** A button with what it does, or why it is refused, beside it. */
export const ActionRow = ({ action }: { action: Action }) => {
  const id = useId();
  const { refusal, assumes } = action;
  // It stays reachable by Tab, so that its reason is heard.
  const isRefused = refusal !== null && !action.mayPass;
  return (
    <li class="action">
      <button
        type="button" aria-disabled={isRefused} aria-describedby={id}
        onClick={() => { if (!isRefused) propose(action.operation, action.given, action.title); }}
      >
        {action.label} …
      </button>
      <div id={id} class="hint">
        {refusal ? <Why refusal={refusal} /> : <p>{action.does}.</p>}
        {!refusal && assumes && <p>It is taken for granted: {assumes}.</p>}
      </div>
    </li>
  );
};

const Why = ({ refusal }: { refusal: Refusal }) => (
  <>
    <p><strong>Refused:</strong> {refusal.because}.</p>
    {refusal.remedy && <p>What would allow it: {refusal.remedy}.</p>}
  </>
);
