import { useEffect } from 'preact/hooks';
import { Go } from '../app/Go';
import { recoveries } from '../fleet/fleet';
import { announce } from '../parts/announce';
import { Ago } from '../parts/When';
import { wordsOf } from '../parts/words';

/** What runs on a cluster now, stage by stage. */
export const RunningRecoveries = ({ cluster }: { cluster: string }) => {
  const running = [...recoveries.value.values()].map((one) => one.value)
    .filter((one) => one.recovery.cluster === cluster && !one.recovery.endedAt);
  const says = running.map((one) => `${wordsOf(one.recovery.kind)} of ${one.recovery.subject}: ${one.stage ?? 'begins'}`).join('; ');
  useEffect(() => {
    if (says) announce(says);
  }, [says]);
  return (
    <>
      {running.map(({ recovery, stage, stages }) => (
        <p key={recovery.id} class="note running">
          <strong>{wordsOf(recovery.kind)} of {recovery.subject} runs</strong>: {stage ? `stage ${stages}, ${stage}` : 'it begins'}.
          Begun <Ago at={recovery.startedAt} /> by {recovery.actor}. <Go to={{ view: 'recovery', id: recovery.id }}>Follow it</Go>
        </p>
      ))}
    </>
  );
};
