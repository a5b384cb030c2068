import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { Instance, Member } from '../api/types';
import { opened } from '../fleet/fleet';
import { StateMark } from '../parts/StateMark';
import { Ago } from '../parts/When';
import { ActionsPart } from './ActionsPart';
import { ReplicationPart } from './ChannelPart';
import { Facts, Part } from './Facts';
import { GtidPart } from './GtidPart';
import { declarationsOf, eventsOf, identityOf, logsOf, privilegesOf, roleOf, semiSyncOf, writesOf } from './facts';
import './server.css';

type Props = { member: Member; close: () => void };

/** Everything known of a server, with its age, and what can be done with it. */
export const ServerPanel = ({ member, close }: Props) => {
  const heading = useId();
  const at = useRef<HTMLHeadingElement>(null);
  const [shows, setShows] = useState<'facts' | 'actions'>('facts');
  useEffect(() => at.current?.focus(), [member.key]);
  return (
    <aside
      class="server-panel card" aria-labelledby={heading}
      onKeyDown={(event) => { if (event.key === 'Escape' && !event.defaultPrevented) close(); }}
    >
      <header>
        <h2 id={heading} ref={at} tabIndex={-1} class="mono">{member.key}</h2>
        <button type="button" class="quiet" aria-label={`Close ${member.key}`} onClick={close}>✕</button>
      </header>
      <Seen member={member} />
      <div class="shows" role="group" aria-label="Show">
        <button type="button" aria-pressed={shows === 'facts'} onClick={() => setShows('facts')}>What is known</button>
        <button type="button" aria-pressed={shows === 'actions'} onClick={() => setShows('actions')}>
          What can be done
        </button>
      </div>
      {shows === 'actions'
        ? <ActionsPart key={member.key} member={member} />
        : (
          <>
            {member.instance && <Known member={member} instance={member.instance} />}
            <Part name="Declarations"><Facts facts={declarationsOf(member)} /></Part>
            <details>
              <summary>All of it as JSON</summary>
              <pre class="json">{JSON.stringify(member, null, 2)}</pre>
            </details>
          </>
        )}
    </aside>
  );
};

const Seen = ({ member }: { member: Member }) => {
  const { seen, failure, lastSeenAt, missing, instance } = member;
  return (
    <div class="seen">
      <p>
        {seen ? <StateMark state="healthy" words="Seen now" /> : <StateMark state="unknown" words="Not seen" />}
        {!seen && <> last seen {lastSeenAt ? <Ago at={lastSeenAt} /> : 'never'}</>}
      </p>
      {!seen && failure && <p class="note failed">It was not seen: {failure}.</p>}
      {!seen && instance && <p class="soft">What stands below is what was seen then.</p>}
      {missing.length > 0 && (
        <p class="note refused">
          It did not answer: {missing.join(', ')}. Of these an older answer stands below
          {instance?.staleSince ? <>, of <Ago at={instance.staleSince} /></> : ', or nothing'}.
        </p>
      )}
      <Facts facts={[
        { of: 'Role', is: roleOf(member, opened.value?.primary ?? null) }, ...(instance ? [writesOf(instance)] : []),
      ]} />
    </div>
  );
};

const Known = ({ member, instance }: { member: Member; instance: Instance }) => {
  const privileges = privilegesOf(instance);
  const events = eventsOf(instance);
  return (
    <>
      <Part name="Server"><Facts facts={identityOf(instance)} /></Part>
      <ReplicationPart instance={instance} />
      <GtidPart member={member} />
      {instance.forgotten && (
        <p class="note failed">
          It has lost transactions that it had received, which was seen <Ago at={instance.forgotten.at} />:{' '}
          <code>{instance.forgotten.what}</code>
        </p>
      )}
      <Part name="Semi-sync"><Facts facts={semiSyncOf(instance)} /></Part>
      <Part name="Logs"><Facts facts={logsOf(instance)} /></Part>
      {events.length > 0 && <Part name="Scheduled events"><Facts facts={events} /></Part>}
      {privileges.length > 0 && <Part name="Privileges of our account"><Facts facts={privileges} /></Part>}
    </>
  );
};
