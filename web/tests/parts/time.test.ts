import { describe, expect, it } from 'vitest';
import { lengthOf, millisecondsOf, utcOf } from '../../src/parts/time';

describe('Lengths', () => {
  it.each([[-5, '0 ms'], [283, '283 ms'], [4200, '4.2 s'], [42_000, '42 s'], [300_000, '5 min'], [7_200_000, '2 h'], [200_000_000, '2 d']])(
    '%d ms', (length, words) => expect(lengthOf(length)).toBe(words));
  it.each([['00:00:05.25', 5250], ['1.02:00:00', 93_600_000], ['-00:00:01', -1000], ['', null], [null, null], ['soon', null]])(
    '%s', (span, length) => expect(millisecondsOf(span)).toBe(length));
});

it('An instant in UTC is written as logs write it', () => expect(utcOf('2026-12-01T02:03:04.5+01:00')).toBe('2026-12-01 01:03:04 UTC'));
