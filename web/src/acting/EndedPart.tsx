import { useEffect, useMemo, useRef } from 'preact/hooks';
import { Go } from '../app/Go';
import { clusterPlace } from '../app/place';
import { announce } from '../parts/announce';
import { When } from '../parts/When';
import { countOf } from '../parts/words';
import { FollowedRecovery } from '../recoveries/FollowedRecovery';
import { endedOf, heardOf, type Ended } from './answers';
import { Copy } from './Copy';

/** What was done, or how far it is. It takes the focus from the button that is gone. */
export const EndedPart = ({ answer }: { answer: unknown }) => {
  const at = useRef<HTMLElement>(null);
  const ended = useMemo(() => endedOf(answer), [answer]);
  useEffect(() => {
    at.current?.focus();
    announce(heardOf(ended));
  }, [ended]);
  return <section ref={at} tabIndex={-1} class="ended" aria-label="What was done"><Told ended={ended} /></section>;
};

const Told = ({ ended }: { ended: Ended }) => {
  switch (ended.is) {
    case 'begun': return <Begun id={ended.recovery} />;
    case 'token': return <Token {...ended} />;
    case 'found': return <Found {...ended} />;
    case 'said': return <p class="note done">{ended.says}</p>;
  }
};

const Begun = ({ id }: { id: string }) => (
  <>
    <FollowedRecovery id={id} />
    <p class="hint">You may close this: it goes on without you.</p>
  </>
);

const Token = ({ name, token, expiresAt }: Extract<Ended, { is: 'token' }>) => (
  <div class="note done">
    <p><strong>The token {name} was created.</strong> Its value is shown this once: keep it now.</p>
    <p><code>{token}</code> <Copy text={token} what="the token" /></p>
    <p class="soft">It is good until <When at={expiresAt} />.</p>
  </div>
);

const Found = ({ clusters, refusals, warnings }: Extract<Ended, { is: 'found' }>) => (
  <>
    <div class="note done">
      <strong>{countOf(clusters.length, 'cluster')} found.</strong>
      <ul class="dots">
        {clusters.map((one) => (
          <li key={one.name}><Go to={clusterPlace(one.name)}>{one.name}</Go>: {countOf(one.members, 'server')}</li>
        ))}
      </ul>
    </div>
    {[...refusals, ...warnings].map((one) => <p key={one} class="note refused">{one}</p>)}
  </>
);
