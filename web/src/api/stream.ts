import { addressOf, type Problem } from './client';
import { signInHeaders } from './signIn';
import { SentEvents, type SentEvent } from './sse';

export type Listener = {
  /** Each event, in order. */
  told: (event: SentEvent) => void;
  /** The stream stands, or has ended and is tried again. */
  isOpen: (open: boolean, problem?: Problem) => void;
};

const firstPause = 500, longestPause = 10_000;

/** A stream that ends sooner than this is none: it is asked for less and less often. */
const shortest = 5000;

const endsAtOnce: Problem = { status: 0, because: 'the stream of events ends at once', remedy: '' };

/**
 * A stream that the server closes after some minutes, and that is silent for no longer than its tick of 5 s, three
 * times over.
 */
const silence = 16_000;

/**
 * Listens to /api/v3/events until it is cancelled: it comes back by itself, with the id of the last event it had, so
 * that nothing is missed. `cluster` is asked for what is listened to each time. By fetch, because an EventSource sends no token.
 */
export const listen = async (cluster: () => string | null, listener: Listener, cancel: AbortSignal) => {
  let last = '';
  let pause = firstPause;
  while (!cancel.aborted) {
    const begun = Date.now();
    const ended = await once(cluster(), last, cancel, (event) => {
      if (event.id) last = event.id;
      listener.told(event);
    }, () => listener.isOpen(true));
    if (cancel.aborted) return;
    const isLong = Date.now() - begun > shortest;
    if (isLong) pause = firstPause;
    // An end without a reason, after a while, is one the server makes of itself: it is asked again at once.
    const problem = ended ?? (isLong ? undefined : endsAtOnce);
    if (problem) listener.isOpen(false, problem);
    await wait(problem ? pause : 50, cancel);
    if (problem) pause = Math.min(pause * 2, longestPause);
  }
};

const once = async (
  cluster: string | null, last: string, cancel: AbortSignal, told: (event: SentEvent) => void, opened: () => void,
): Promise<Problem | undefined> => {
  const over = new AbortController();
  const end = () => over.abort();
  cancel.addEventListener('abort', end, { once: true });
  let quiet: ReturnType<typeof setTimeout> | undefined;
  const heard = () => {
    clearTimeout(quiet);
    quiet = setTimeout(end, silence);
  };
  try {
    heard();
    const headers: Record<string, string> = { Accept: 'text/event-stream', ...signInHeaders() };
    if (last) headers['Last-Event-ID'] = last;
    const response = await fetch(addressOf('/events', { cluster }), { headers, cache: 'no-store', signal: over.signal });
    if (!response.ok || !response.body) return await refusedBy(response);
    opened();
    await read(response.body, heard, told);
    return undefined;
  } catch {
    return { status: 0, because: 'the server does not answer', remedy: '' };
  } finally {
    clearTimeout(quiet);
    cancel.removeEventListener('abort', end);
  }
};

const read = async (body: ReadableStream<Uint8Array>, heard: () => void, told: (event: SentEvent) => void) => {
  const events = new SentEvents();
  const text = new TextDecoder();
  const reader = body.getReader();
  for (; ;) {
    const { done, value } = await reader.read();
    if (done) return;
    heard();
    for (const event of events.push(text.decode(value, { stream: true }))) told(event);
  }
};

const refusedBy = async (response: Response): Promise<Problem> => {
  const body = (await response.json().catch(() => ({}))) as { detail?: string; remedy?: string };
  return {
    status: response.status, because: body.detail ?? `the answer was ${response.status}`, remedy: body.remedy ?? '',
  };
};

const wait = (milliseconds: number, cancel: AbortSignal) => new Promise<void>((done) => {
  const end = () => {
    clearTimeout(timer);
    cancel.removeEventListener('abort', end);
    done();
  };
  const timer = setTimeout(end, milliseconds);
  cancel.addEventListener('abort', end);
});
