import { describe, expect, it } from 'vitest';
import { SentEvents } from '../../src/api/sse';

const all = (...pieces: string[]) => {
  const events = new SentEvents();
  return pieces.flatMap((piece) => events.push(piece));
};
const text = 'id: 7\nevent: server\ndata: {"a":1}\n\nevent: tick\ndata: {}\n\n';
const expected = [{ id: '7', kind: 'server', data: '{"a":1}' }, { id: '7', kind: 'tick', data: '{}' }];

describe('A stream of events', () => {
  it('is read wherever it is cut', () => {
    for (let cut = 1; cut < text.length; cut++) expect(all(text.slice(0, cut), text.slice(cut))).toEqual(expected);
  });
  it('may end its lines as it likes', () => {
    expect(all(text.replaceAll('\n', '\r\n'))).toEqual(expected);
    for (let cut = 1; cut < text.length; cut++) {
      const lines = text.replaceAll('\n', '\r\n');
      expect(all(lines.slice(0, cut), lines.slice(cut))).toEqual(expected);
    }
  });
  it('joins lines of data, and passes over comments and what it does not know', () => {
    expect(all(': hello\nretry: 5\ndata: a\ndata:b\n\n')).toEqual([{ id: '', kind: 'message', data: 'a\nb' }]);
  });
  it('tells nothing of an event that has no data, or is not whole', () => {
    expect(all('event: tick\n\n', 'data: x')).toEqual([]);
  });
});
