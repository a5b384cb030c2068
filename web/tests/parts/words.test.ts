import { expect, it } from 'vitest';
import { countOf, wordsOf } from '../../src/parts/words';

it.each([
  ['DeadPrimaryAndSomeReplicas', 'Dead primary and some replicas'], ['SeenInPart', 'Seen in part'],
])('%s is told in words', (code, words) => expect(wordsOf(code)).toBe(words));

it('One is one', () => expect([countOf(1, 'server'), countOf(0, 'server'), countOf(3, 'reply', 'replies')]).toEqual(['1 server', '0 servers', '3 replies']));
