import { useId, useState } from 'preact/hooks';
import { announce } from '../parts/announce';
import { matching, movedTo, whyNotChosen } from './listbox';
import type { Target } from './options';

type Props = {
  id: string; value: string; targets: readonly Target[]; choose: (key: string) => void; placeholder?: string;
  required?: boolean; autofocus?: boolean; describedBy?: string | undefined;
};

/** A server of a list: type to filter, arrows, Enter. Refused ones are told with their reason and not chosen. */
export const Combobox = (props: Props) => {
  const { id, value, targets, choose } = props;
  const list = useListbox(props);
  return (
    <div class="combobox" onFocusOut={(event) => {
      if (!event.currentTarget.contains(event.relatedTarget as Node | null)) list.close();
    }}>
      <input
        id={id} role="combobox" type="text" autocomplete="off" spellcheck={false} value={value} aria-autocomplete="list"
        aria-expanded={list.isOpen} aria-controls={list.id} aria-activedescendant={list.activeId}
        aria-describedby={props.describedBy} aria-required={props.required ?? false}
        placeholder={props.placeholder ?? ''} autofocus={props.autofocus ?? false}
        onInput={(event) => { choose(event.currentTarget.value); list.open(event.currentTarget.value); }}
        onClick={() => list.open('')} onFocus={() => list.open('')} onKeyDown={list.onKey}
      />
      <ul id={list.id} role="listbox" aria-label="Servers" hidden={!list.isOpen}>
        {list.shown.map((one, i) => (
          <Row key={one.key} target={one} id={`${list.id}-${i}`} isActive={i === list.active}
            isChosen={one.key === value} take={() => list.take(one)} />
        ))}
        {list.shown.length === 0 && <li class="soft">No server of {targets.length} matches.</li>}
      </ul>
    </div>
  );
};

type Row = { target: Target; id: string; isActive: boolean; isChosen: boolean; take: () => void };

const Row = ({ target, id, isActive, isChosen, take }: Row) => (
  <li
    id={id} role="option" aria-selected={isChosen} aria-disabled={Boolean(target.refusal)}
    class={isActive ? 'active' : ''} ref={(at) => { if (isActive) at?.scrollIntoView?.({ block: 'nearest' }); }}
    // The field keeps the focus.
    onMouseDown={(event) => event.preventDefault()} onClick={take}
  >
    <span class="mono">{target.key}</span>
    {target.refusal && (
      <span class="why">
        Cannot be chosen: {target.refusal.because}.
        {target.refusal.remedy && <> What would allow it: {target.refusal.remedy}.</>}
      </span>
    )}
  </li>
);

const useListbox = ({ targets, choose }: Props) => {
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const [filter, setFilter] = useState('');
  const [active, setActive] = useState(-1);
  const shown = matching(targets, filter);
  const close = () => { setOpen(false); setActive(-1); };
  const open = (typed: string) => { setFilter(typed); setActive(-1); setOpen(true); };
  const take = (target: Target | undefined) => {
    const why = whyNotChosen(target);
    if (why !== null || !target) { announce(`Not chosen: ${why}`); return; }
    choose(target.key);
    close();
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && isOpen) { close(); return done(event); }
    if (event.key === 'Enter' && isOpen && (active >= 0 || shown.length === 1)) {
      take(shown[Math.max(active, 0)]);
      return done(event);
    }
    const isEdge = event.key === 'Home' || event.key === 'End';
    const next = isEdge && active < 0 ? null : movedTo(event.key, active, shown.length);
    if (next === null) return undefined;
    setOpen(true);
    setActive(next);
    return done(event);
  };
  const activeId = isOpen && active >= 0 && active < shown.length ? `${id}-${active}` : undefined;
  return { id, isOpen, shown, active, activeId, open, close, take, onKey };
};

// The dialog around it stays open.
const done = (event: KeyboardEvent) => {
  event.preventDefault();
  event.stopPropagation();
};
