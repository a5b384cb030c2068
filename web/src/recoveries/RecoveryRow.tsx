import { Go } from '../app/Go';
import { clusterPlace } from '../app/place';
import type { RecoveryState } from '../fleet/fleet';
import { When } from '../parts/When';
import { wordsOf } from '../parts/words';
import { ActButton } from './Actions';
import { kindWords, sentenceOf, stageWords } from './kinds';
import { Length } from './Length';
import { Mark } from './Mark';
import { nameIn } from './names';
import { mayBlock, refusalOf, stateOfListed } from './states';

/** One recovery in a list: how it stands, what it is, who asked for it and when, and what came of it. */
export const RecoveryRow = ({ one, withCluster }: { one: RecoveryState; withCluster: boolean }) => {
  const { recovery } = one;
  const cluster = nameIn(recovery.cluster);
  return (
    <li class="card entry">
      <Mark {...stateOfListed(one)} />
      <span class="what">
        <Go to={{ view: 'recovery', id: recovery.id }} class="title">{kindWords(recovery.kind)}</Go>
        {' '}<Go to={clusterPlace(cluster, recovery.subject)} class="mono">{recovery.subject}</Go>
        {withCluster && <> <span class="soft">in</span> <Go to={clusterPlace(cluster)}>{cluster}</Go></>}
      </span>
      <span class="who"><span class="unseen">asked for by </span>{recovery.actor}</span>
      <span class="when"><When at={recovery.startedAt} /></span>
      <Length from={recovery.startedAt} until={recovery.endedAt} />
      <div class="says">
        <Says one={one} />
        <Acknowledged one={one} />
      </div>
    </li>
  );
};

const Says = ({ one: { recovery, stage, stages } }: { one: RecoveryState }) => {
  const refusal = refusalOf(recovery.outcome);
  return (
    <>
      {recovery.code && <p><strong>{wordsOf(recovery.code)}</strong></p>}
      {!recovery.endedAt && stage && <p>Stage {stages}: {stageWords(stage)}</p>}
      {recovery.says && <p>{sentenceOf(refusal?.because ?? recovery.says)}</p>}
      {refusal?.remedy && <p class="remedy">What would allow it: {refusal.remedy}</p>}
    </>
  );
};

const Acknowledged = ({ one: { recovery } }: { one: RecoveryState }) => {
  if (recovery.acknowledgedBy) return <p class="soft">Acknowledged by {recovery.acknowledgedBy}.</p>;
  if (!mayBlock(recovery)) return null;
  return (
    <p class="ack">
      <ActButton
        name="acknowledge" given={{ recovery: recovery.id }}
        about={`Acknowledge ${kindWords(recovery.kind)}: ${recovery.subject}`}
      >
        Acknowledge …
      </ActButton>
      <span class="hint">Not acknowledged: the next failover of this cluster may not begin by itself.</span>
    </p>
  );
};
