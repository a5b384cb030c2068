import type { ComponentChildren } from 'preact';
import { addressOf, go, type Place } from './place';

type Props = {
  to: Place; children: ComponentChildren; class?: string; 'aria-label'?: string; 'aria-current'?: 'page' | undefined;
};

/** A link within the page: a plain click goes there at once, any other is the browser's. */
export const Go = ({ to, children, ...rest }: Props) => (
  <a
    {...rest}
    href={addressOf(to)}
    onClick={(event) => {
      if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      go(to);
    }}
  >
    {children}
  </a>
);
