import type { Instance, Link } from '../api/types';
import { Facts, Part } from './Facts';
import { channelOf } from './channels';

/** Each channel that the server receives by. */
export const ReplicationPart = ({ instance }: { instance: Instance }) => (
  <Part name="Replication">
    {(instance.links ?? []).length === 0 && <p class="soft">It receives from nobody.</p>}
    {(instance.links ?? []).map((one) => <Channel key={one.channel ?? ''} link={one} />)}
    {(instance.reportedReplicas ?? []).length > 0 && (
      <p>
        <span class="of">Replicas that it names</span>{' '}
        <span class="mono">{instance.reportedReplicas?.join(', ')}</span>
      </p>
    )}
  </Part>
);

const Channel = ({ link }: { link: Link }) => (
  <div class="channel">
    <h4>From <span class="mono">{link.source}</span>{link.channel ? ` by channel ${link.channel}` : ''}</h4>
    <Facts facts={channelOf(link)} />
    {link.received && (
      <details><summary>GTIDs received</summary><pre>{link.received.split(',').join(',\n')}</pre></details>
    )}
  </div>
);
