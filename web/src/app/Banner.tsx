import { useEffect, useRef } from 'preact/hooks';
import { health, liveness, staleFor } from '../fleet/fleet';
import { announce } from '../parts/announce';
import { lengthOf } from '../parts/time';
import { begin } from './session';

/** After so long without news the reader is told that what they see is old. */
const patience = 3000;

/**
 * What stands in the way of believing what is shown: the stream has stopped, nobody watches, recoveries cannot start.
 */
export const Banner = () => {
  const silent = staleFor.value;
  const isStale = silent !== null && silent >= patience;
  useChanges(isStale);
  if (isStale) return <Stale silent={silent} />;
  const why = health.value;
  if (!why || why.healthy) return null;
  return (
    <div class="banner unwell" role="alert">
      <strong>Not all is well with orchestrator itself.</strong> {why.problem ?? 'It says no more than that'}.
    </div>
  );
};

// The length changes each second: it is announced once, and read by who comes here.
const Stale = ({ silent }: { silent: number }) => {
  const state = liveness.value;
  return (
    <div class="banner stale">
      <strong>What you see is old.</strong> Nothing was told for {lengthOf(silent)}
      {state.is === 'stale' ? `: ${state.because}` : ''}. It goes on by itself when the server answers.
    </div>
  );
};

const useChanges = (isStale: boolean) => {
  const wasStale = useRef(false);
  useEffect(() => {
    document.documentElement.classList.toggle('old', isStale);
    if (isStale) announce('What you see is old: the server tells nothing.');
    // Who one is may be another after the server has begun anew.
    else if (wasStale.current) void begin();
    wasStale.current = isStale;
  }, [isStale]);
};
