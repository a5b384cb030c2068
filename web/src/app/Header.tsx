import { clusters, health, liveness, recoveries, staleFor } from '../fleet/fleet';
import { lengthOf } from '../parts/time';
import { hasKey, signOut } from '../api/signIn';
import { Go } from './Go';
import { helpIsOpen } from './keys';
import { place } from './place';
import { session } from './session';
import { theme, turnTheme } from './theme';

/** What stays at the top: where one is, whether what is shown is live, and who one is. */
export const Header = () => (
  <header class="bar">
    <Go to={{ view: 'clusters', filter: '' }} class="brand" aria-label="orchestrator: all clusters">
      <img src="/web/icon.svg" alt="" width="24" height="24" /> <span>orchestrator</span>
    </Go>
    <nav aria-label="Views">
      <Tab view="clusters" label="Clusters" count={clusters.value?.size} />
      <Tab view="problems" label="Problems" />
      <Tab view="recoveries" label="Recoveries" count={running()} word="running" />
    </nav>
    <div class="side">
      <Paused />
      <Live />
      <Who />
      <button type="button" class="quiet" onClick={turnTheme} title="Colours: system, light, dark">
        <span aria-hidden="true">◐ </span><span class="unseen">Colours: </span>{theme.value}
      </button>
      <button type="button" class="quiet" onClick={() => { helpIsOpen.value = true; }} aria-keyshortcuts="?">
        Keys <kbd aria-hidden="true">?</kbd>
      </button>
    </div>
  </header>
);

type Tab = { view: 'clusters' | 'problems' | 'recoveries'; label: string; count?: number | undefined; word?: string };

const Tab = ({ view, label, count, word }: Tab) => {
  const to = view === 'clusters' ? { view, filter: '' }
    : view === 'recoveries' ? { view, cluster: null } : { view };
  const at = place.value.view;
  const isHere = at === view || (view === 'clusters' && at === 'cluster') || (view === 'recoveries' && at === 'recovery');
  return (
    <Go to={to as never} aria-current={isHere ? 'page' : undefined}>
      {label}{count ? <span class="count">{count}{word ? ` ${word}` : ''}</span> : null}
    </Go>
  );
};

const running = () => [...recoveries.value.values()].filter((one) => !one.value.recovery.endedAt).length;

/** That no recovery starts by itself, which the reader must not miss. */
const Paused = () => (health.value?.recoveryEnabled === false
  ? <span class="badge warning">Recoveries are disabled</span> : null);

/** Whether what is shown goes on being told. */
const Live = () => {
  const silent = staleFor.value;
  if (silent !== null) return <span class="live off"><i aria-hidden="true" />Stale for {lengthOf(silent)}</span>;
  const isLive = liveness.value.is === 'live';
  return <span class={`live ${isLive ? 'on' : ''}`}><i aria-hidden="true" />{isLive ? 'Live' : 'Connecting'}</span>;
};

const Who = () => {
  const who = session.value;
  if (!who) return null;
  return (
    <>
      <span class="who" title={who.because || `You may do everything (role ${who.role})`}>
        {who.name || 'no sign-in'}: {who.role}
      </span>
      {hasKey() && <button type="button" class="quiet" onClick={signOut}>Sign out</button>}
    </>
  );
};
