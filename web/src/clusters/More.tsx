import type { ComponentChildren } from 'preact';
import { createElement } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

const first = 90, step = 180;

type Props<T> = { items: readonly T[]; tag: string; class?: string; show: (item: T) => ComponentChildren };

/**
 * A long list of which as much is there as the reader has come to: thousands of rows at once would stall the browser.
 * A button adds the rest for who does not scroll.
 */
export const More = <T,>({ items, tag, class: name, show }: Props<T>) => {
  const [most, setMost] = useState(first);
  const end = useRef<HTMLButtonElement>(null);
  const isMore = items.length > most;
  useEffect(() => {
    if (!isMore || !end.current || typeof IntersectionObserver === 'undefined') return undefined;
    const seen = new IntersectionObserver((entries) => {
      if (entries.some((one) => one.isIntersecting)) setMost((n) => n + step);
    }, { rootMargin: '600px' });
    seen.observe(end.current);
    return () => seen.disconnect();
  }, [isMore, most]);
  return (
    <>
      {createElement(tag, { class: name }, items.slice(0, most).map(show))}
      {isMore && (
        <button ref={end} type="button" class="more" onClick={() => setMost((n) => n + step)}>
          {items.length - most} more
        </button>
      )}
    </>
  );
};
