/** One event of a stream of server-sent events (HTML, "Server-sent events"). */
export type SentEvent = { id: string; kind: string; data: string };

/** Takes pieces of text as they arrive, and gives the events that are whole. */
export class SentEvents {
  private rest = '';
  private id = '';
  private kind = '';
  private data: string[] = [];

  push(piece: string): SentEvent[] {
    const lines = (this.rest + piece).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? '';
    const events: SentEvent[] = [];
    for (const line of lines) {
      if (line === '') this.end(events);
      else this.take(line);
    }
    return events;
  }

  private take(line: string) {
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'id') this.id = value;
    else if (field === 'event') this.kind = value;
    else if (field === 'data') this.data.push(value);
  }

  private end(events: SentEvent[]) {
    if (this.data.length > 0) events.push({ id: this.id, kind: this.kind || 'message', data: this.data.join('\n') });
    this.kind = '';
    this.data = [];
  }
}
