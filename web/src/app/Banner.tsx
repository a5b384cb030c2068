import { useEffect, useRef } from 'preact/hooks';
import { health, liveness } from '../fleet/fleet';
import { announce } from '../parts/announce';
import { lengthOf, now } from '../parts/time';
import { begin } from './session';

/** After so long without news the reader is told that what they see is old. */
const patience = 3000;

/**
 * What stands in the way of believing what is shown: the stream has stopped, nobody watches, recoveries cannot start.
 */
export const Banner = () => {
  const isStale = useStale();
  const state = liveness.value;
  if (isStale && state.is === 'stale')
    return (
      <div class="banner stale" role="alert">
        <strong>What you see is old.</strong> Nothing was told for {lengthOf(now.value - state.since)}: {state.because}.
        It goes on by itself when the server answers.
      </div>
    );
  const why = health.value;
  if (!why || why.healthy) return null;
  return (
    <div class="banner unwell" role="alert">
      <strong>Not all is well with orchestrator itself.</strong> {why.problem ?? 'It says no more than that'}.
    </div>
  );
};

const useStale = () => {
  const state = liveness.value;
  const isStale = state.is === 'stale' && now.value - state.since >= patience;
  const wasStale = useRef(false);
  useEffect(() => {
    if (isStale) announce('What you see is old: the server tells nothing.');
    // Who one is may be another after the server has begun anew.
    else if (wasStale.current && state.is === 'live') void begin();
    wasStale.current = state.is === 'stale';
  }, [isStale, state.is]);
  return isStale;
};
