import { effect, signal, untracked } from '@preact/signals';
import type { Problem } from '../api/client';
import { isSignedOut } from '../api/signIn';
import { liveness, opened, putAll, members } from '../fleet/fleet';
import { follow } from '../fleet/follow';
import { readHealth } from '../fleet/read';
import { place } from './place';

/** Why the clusters, or the open one, cannot be shown; null where they can. */
export const unreadable = signal<Problem | null>(null);

const healthEvery = 15_000;

/**
 * Follows what the place shows: one cluster with its servers, else all clusters. Another cluster is another stream; a
 * server of the same one is not.
 */
export const followFleet = () => {
  let cancel = new AbortController();
  let followed: string | null | undefined;
  const stop = effect(() => {
    const at = place.value;
    const wanted = at.view === 'cluster' ? at.cluster : null;
    if (isSignedOut.value) {
      cancel.abort();
      followed = undefined;
      return;
    }
    if (wanted === followed) return;
    followed = wanted;
    cancel.abort();
    cancel = new AbortController();
    untracked(() => begin(wanted, cancel.signal));
  });
  const health = setInterval(() => {
    if (document.visibilityState === 'visible' && !isSignedOut.peek()) void readHealth();
  }, healthEvery);
  return () => {
    stop();
    clearInterval(health);
    cancel.abort();
  };
};

const begin = (cluster: string | null, cancel: AbortSignal) => {
  unreadable.value = null;
  if (liveness.peek().is === 'live') liveness.value = { is: 'starting' };
  if (cluster !== null && opened.peek() && !isNamed(cluster)) {
    opened.value = null;
    putAll(members, []);
  }
  follow(cluster, cancel, (problem) => {
    if (!cancel.aborted) unreadable.value = problem;
  });
};

const isNamed = (cluster: string) => {
  const open = opened.peek();
  return open !== null && (open.cluster === cluster || open.alias === cluster);
};
