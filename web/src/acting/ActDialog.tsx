import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Problem } from '../api/client';
import { place } from '../app/place';
import { operations } from '../app/session';
import { Dialog } from '../parts/Dialog';
import { announce } from '../parts/announce';
import { ProblemNote } from '../parts/ProblemNote';
import { acting, withdraw } from './acting';
import { EndedPart } from './EndedPart';
import { FormPart } from './FormPart';
import { actOf, type Act } from './model';
import { RehearsedPart } from './RehearsedPart';
import { confirmWords, isDangerous, labelOfOperation } from './words';
import './act.css';

/** The dialog of the operation that the reader is about to do: form, plan, confirmation, end. */
export const ActDialog = () => {
  const what = acting.value;
  const operation = what ? operations.value.get(what.operation) : undefined;
  // The catalogue may be read anew meanwhile: what was typed stays.
  const of = useMemo(() => (what && operation ? actOf(operation, what.given) : null), [what, operation === undefined]);
  useEffect(() => () => of?.stop(), [of]);
  // A link in it leads away from it.
  const at = place.value;
  const opened = useRef(at);
  useEffect(() => {
    if (opened.current !== at) withdraw();
    opened.current = at;
  }, [at]);
  return (
    <Dialog
      isOpen={what !== null} wide={Boolean(operation?.planPath)} close={withdraw}
      title={what ? what.title ?? labelOfOperation(what.operation) : ''}
      footer={of ? <Footer of={of} /> : undefined}
    >
      {of ? <Body of={of} /> : <p>The catalogue has no operation {what?.operation}, or it was not read yet.</p>}
    </Dialog>
  );
};

const Body = ({ of }: { of: Act }) => {
  const sent = of.sent.value;
  if (sent.is === 'done') return <EndedPart answer={sent.answer} />;
  return (
    <>
      <p>{of.operation.does}.</p>
      {of.whyNever.value && (
        <p class="note refused"><strong>You may not do this.</strong> {upper(of.whyNever.value)}</p>
      )}
      <FormPart of={of} />
      <RehearsedPart of={of} />
      {sent.is === 'refused' && <Refused of={of} />}
    </>
  );
};

const Refused = ({ of }: { of: Act }) => {
  const sent = of.sent.value;
  if (sent.is !== 'refused') return null;
  return (
    <>
      <ProblemNote problem={sent.problem} title={endedAs(sent.problem)} />
      {isUnknown(sent.problem) && (
        <p class="note refused">
          The answer was lost on its way, so it may have been begun all the same. Look at the recoveries before you confirm again.
        </p>
      )}
    </>
  );
};

const Footer = ({ of }: { of: Act }) => {
  const { operation, values, sent, whyNever, whyNotYet } = of;
  if (sent.value.is === 'done') return <button type="button" onClick={withdraw}>Close</button>;
  const why = whyNotYet.value;
  return (
    <>
      {whyNever.value === null && why && <span class="yet">{upper(why)}</span>}
      <button type="button" onClick={withdraw}>{whyNever.value === null ? 'Do nothing' : 'Close'}</button>
      {whyNever.value === null && (
        <button
          type="button" disabled={why !== null}
          class={isDangerous(operation, values.value) ? 'danger' : 'primary'} onClick={() => void confirm(of)}
        >
          {confirmWords(operation, values.value)}
        </button>
      )}
    </>
  );
};

const confirm = async (of: Act) => {
  await of.confirm();
  const sent = of.sent.peek();
  if (sent.is === 'refused') announce(`${endedAs(sent.problem)}: ${sent.problem.because}`);
};

// A proxy that gives up says nothing of what became of the request.
const isUnknown = ({ status }: Problem) => [0, 502, 503, 504].includes(status);

const endedAs = (problem: Problem) =>
  (isUnknown(problem) ? 'It is not known whether it was done' : 'It was not done');

const upper = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
