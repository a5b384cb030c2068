import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

type Props = {
  isOpen: boolean; title: string; close: () => void; children: ComponentChildren; footer?: ComponentChildren;
  wide?: boolean;
};

/** A modal dialog of the browser's own: it keeps the focus, Esc closes it, and the focus goes back to where it was. */
export const Dialog = ({ isOpen, title, close, children, footer, wide }: Props) => {
  const at = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = at.current;
    if (isOpen && dialog && !dialog.open) dialog.showModal();
    else if (!isOpen && dialog?.open) dialog.close();
  }, [isOpen]);
  return (
    <dialog ref={at} class={wide ? 'wide' : ''} aria-labelledby={heading} onClose={close}>
      {isOpen && (
        <>
          <header>
            <h2 id={heading}>{title}</h2>
            <button type="button" class="quiet" aria-label="Close" onClick={close}>✕</button>
          </header>
          <div class="body">{children}</div>
          {footer && <footer>{footer}</footer>}
        </>
      )}
    </dialog>
  );
};
