import { addressOf, pathOf } from '../api/client';
import { Go } from '../app/Go';
import { clusterPlace } from '../app/place';
import { When } from '../parts/When';
import { Actions } from './Actions';
import { kindWords } from './kinds';
import { Length } from './Length';
import { Mark } from './Mark';
import { nameIn } from './names';
import { stagesOf, type RecoveryRecord } from './stages';
import { stateOf } from './states';

/** What it is, of which server, how it stands, who asked for it and when, and what can be done with it. */
export const RecoveryHead = ({ record }: { record: RecoveryRecord }) => {
  const stage = stagesOf(record.recovery).at(-1)?.stage.name ?? null;
  const cluster = nameIn(record.cluster);
  return (
    <header class="head">
      <h1>
        {kindWords(record.kind)}: <Go to={clusterPlace(cluster, record.subject)} class="mono">{record.subject}</Go>
      </h1>
      <div class="facts">
        <Mark {...stateOf(record.outcome, stage)} />
        <span>in <Go to={clusterPlace(cluster)}>{cluster}</Go></span>
        <span>asked for by <strong>{record.actor}</strong></span>
        <span><When at={record.startedAt} /></span>
        <span><Length from={record.startedAt} until={record.endedAt} /></span>
        {record.acknowledgedBy && (
          <span>acknowledged by <strong>{record.acknowledgedBy}</strong>{because(record)}</span>
        )}
        <Go to={{ view: 'recoveries', cluster }}>Other recoveries of {cluster}</Go>
        <a href={addressOf(pathOf('/recoveries/{id}.txt', { id: record.id }))}>As text</a>
        <code class="soft">{record.id}</code>
      </div>
      <Actions record={record} />
    </header>
  );
};

const because = (record: RecoveryRecord) => (record.acknowledgedBecause ? `: ${record.acknowledgedBecause}` : '');
