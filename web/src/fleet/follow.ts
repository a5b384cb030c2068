import type { Problem } from '../api/client';
import { isSignedOut } from '../api/signIn';
import type { SentEvent } from '../api/sse';
import { listen } from '../api/stream';
import { liveness, opened } from './fleet';
import { apply, stale } from './apply';
import { readCluster, readFleet, type Read } from './read';

const firstPause = 1000, longestPause = 15_000;

/**
 * Follows all clusters, or one of them with its servers, until it is cancelled. It listens first and reads after
 * `reset`; events that come meanwhile wait until what was read is in its place, so that no older answer stands over a
 * newer event. What is shown is live only behind such a reading: one that fails is tried again, and said so.
 * `problem` is told what cannot be read, and null when it was.
 */
export const follow = (cluster: string | null, cancel: AbortSignal, problem: (of: Problem | null) => void) => {
  const readings = new Readings(cluster, cancel, problem);
  const told = (event: SentEvent) => {
    if (cancel.aborted) return;
    if (event.kind === 'reset') readings.begin(true);
    else readings.tell(event);
  };
  const isOpen = (open: boolean, why?: Problem) => {
    if (cancel.aborted) return;
    if (why?.status === 401) isSignedOut.value = true;
    if (why && (why.status === 404 || why.status === 403)) problem(why);
    if (!open) stale(why?.because ?? 'the stream of events has ended');
  };
  void listen(() => readings.name, { told, isOpen }, cancel);
  // The stream begins with the next picture; what is stored can be shown before.
  readings.begin(false);
};

/** Readings in their order: the newest counts, and events wait for it. */
class Readings {
  private newest = 0;
  private placed = 0;
  private waiting: SentEvent[] = [];
  private pause = firstPause;

  /** What is followed: its id when it is known, since an alias may change. */
  name: string | null;

  constructor(
    cluster: string | null, private readonly cancel: AbortSignal, private readonly problem: (of: Problem | null) => void,
  ) {
    this.name = cluster;
  }

  private isListening = false;

  /** Reads anew; events from now on wait for the answer. `isListening`: what changes after it will be told. */
  begin(isListening: boolean) {
    this.isListening ||= isListening;
    this.waiting = [];
    void this.read(++this.newest);
  }

  tell(event: SentEvent) {
    if (event.kind === 'stale') stale((JSON.parse(event.data) as { says: string }).says);
    else if (this.placed < this.newest) this.waiting.push(event);
    else this.take(event);
  }

  private take(event: SentEvent) {
    const before = opened.peek()?.cluster;
    apply(event);
    if (this.name === null) return;
    if (event.kind === 'cluster-gone' && before !== undefined && opened.peek() === null)
      this.problem({ status: 404, because: 'the cluster was forgotten', remedy: '' });
    // What a recovery left to be seen to stands in the answer alone.
    else if (event.kind === 'recovery' && /"endedAt"/.test(event.data)) void this.read(++this.newest);
  }

  private async read(number: number) {
    const read = await (this.name === null ? readFleet(this.cancel) : readCluster(this.name, this.cancel))
      .catch((): Read => ({ ok: false, problem: { status: 0, because: 'the answer cannot be read', remedy: '' } }));
    if (this.cancel.aborted || number < this.placed) return;
    if (!read.ok) return this.fail(number, read.problem);
    read.place();
    if (this.name !== null) this.name = opened.peek()?.cluster ?? this.name;
    if (read.lacks) return this.fail(number, read.lacks);
    this.placed = number;
    this.pause = firstPause;
    this.problem(null);
    if (number < this.newest) return;
    for (const event of this.waiting.splice(0)) this.take(event);
    if (this.isListening) liveness.value = { is: 'live', at: Date.now() };
  }

  private fail(number: number, why: Problem) {
    if (number < this.newest) return;
    if (why.status === 401) isSignedOut.value = true;
    this.problem(why);
    stale(why.because);
    if (why.status === 401 || why.status === 403 || why.status === 404) return;
    setTimeout(() => { if (!this.cancel.aborted && number === this.newest) void this.read(number); }, this.pause);
    this.pause = Math.min(this.pause * 2, longestPause);
  }
}
