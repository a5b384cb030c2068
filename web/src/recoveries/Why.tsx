import { wordsOf } from '../parts/words';
import { sentenceOf } from './kinds';
import type { RecoveryRecord } from './stages';

/** Why it began: the problem with its evidence, and what the person said who asked for it. */
export const Why = ({ record: { recovery } }: { record: RecoveryRecord }) => {
  const evidence = recovery.evidence ?? [];
  const said = saidBy(recovery.request);
  return (
    <section class="card why">
      <h2>Why</h2>
      <p>
        {recovery.code && <><strong>{wordsOf(recovery.code)}.</strong> </>}
        {sentenceOf(recovery.sentence ?? '')}
        {recovery.target && <> Named for it: <code>{recovery.target}</code>.</>}
      </p>
      {evidence.length > 0 && (
        <><h3>What was observed</h3><ul class="evidence">{evidence.map((one) => <li key={one}>{one}</li>)}</ul></>
      )}
      {recovery.request?.because && (
        <blockquote><p>{recovery.request.because}</p><footer class="soft">{recovery.actor}</footer></blockquote>
      )}
      {said.length > 0 && <ul class="evidence">{said.map((one) => <li key={one}>{one}</li>)}</ul>}
    </section>
  );
};

/** What a person took upon themselves with their request. */
export const saidBy = (request: RecoveryRecord['recovery']['request']): string[] => [
  request?.primaryIsDead && 'They vouch that the old primary is off.',
  request?.acceptsLoss && 'They accept that acknowledged transactions may be lost.',
  request?.skipsHooks && 'They want no hooks to run.',
  request?.details?.isForced && 'They passed over a check that keeps others from harm.',
].filter((one) => typeof one === 'string');
