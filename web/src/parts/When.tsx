import { lengthOf, localOf, now, utcOf } from './time';

/** An instant in the reader's zone; UTC on hover and for who copies it. */
export const When = ({ at }: { at: string }) => <time dateTime={at} title={utcOf(at)}>{localOf(at)}</time>;

/** How long ago; the instant on hover. */
export const Ago = ({ at }: { at: string }) => (
  <time dateTime={at} title={`${localOf(at)} (${utcOf(at)})`}>{lengthOf(now.value - Date.parse(at))} ago</time>
);
