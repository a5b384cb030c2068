import { computed, useComputed, type Signal } from '@preact/signals';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { propose } from '../acting/acting';
import type { Analysis, Member } from '../api/types';
import { keysAreOn } from '../app/keys';
import { countOf } from '../parts/words';
import { Card, type CardActs } from './Card';
import { beginDrag, drag } from './dragging';
import { FoldCard } from './FoldCard';
import { inView, layOut, type Layout, type Placed } from './layout';
import { Links } from './Links';
import { usePlane } from './plane';
import { serverState } from './serverState';
import { forestOf, shownOf, type Shown } from './shape';
import { stepOf } from './walk';
import './tree.css';

type Props = {
  name: string; members: ReadonlyMap<string, Signal<Member>>; primary: string | null; analyses: readonly Analysis[];
  chosen: string | null; choose: (key: string) => void;
};

/** The servers of a cluster as a tree: cards that can be read, walked by keys and dragged. */
export const Tree = ({ name, members, primary, analyses, chosen, choose }: Props) => {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [spread, setSpread] = useState<ReadonlySet<string>>(new Set());
  const [focused, setFocused] = useState<string | null>(chosen);
  const layout = useLayout(members, primary, analyses, closed, spread);
  const plane = usePlane(layout);
  // The card that shall get the focus when it is drawn: an effect of an older drawing leaves it alone.
  const wanted = useRef<string | null>(null);
  const order = layout.placed.map((one) => one.shown);
  const current = focused !== null && layout.byId.has(focused) ? focused : order[0]?.id ?? null;
  const placed = current === null ? undefined : layout.byId.get(current);

  useEffect(() => {
    if (!placed || placed.shown.id !== wanted.current) return;
    wanted.current = null;
    plane.reveal(placed);
    requestAnimationFrame(() => find(plane.at.current, placed.shown.id)?.focus({ preventScroll: true }));
  });

  const goTo = (id: string) => {
    wanted.current = id;
    setFocused(id);
  };
  const open = (id: string) => {
    const one = layout.byId.get(id)?.shown;
    if (one?.folded && one.parent !== null) setSpread(new Set([...spread, one.parent]));
    else setClosed(without(closed, id));
    goTo(one?.folded?.[0] ?? id);
  };
  const close = (id: string) => setClosed(new Set([...closed, id]));
  const onKeyDown = (event: KeyboardEvent) => {
    const shown = placed?.shown;
    if (event.ctrlKey || event.metaKey || event.altKey || !shown) return;
    if (!act(event.key, shown, { goTo, open, close, choose, plane, order })) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const acts = useMemo<CardActs>(() => ({ focus: setFocused, choose, begin: beginDrag }), [choose]);
  const { x, y, k } = plane.view.value;
  const visible = inView(layout, plane.view.value);
  return (
    <div class="plane-frame">
      <div ref={plane.at} class={`plane ${drag.value ? 'dragging' : ''}`} onKeyDown={onKeyDown}>
        <div
          role="tree" aria-label={`Servers of ${name}`} class="cards"
          style={{ transform: `translate(${x}px,${y}px) scale(${k})`, width: `${layout.width}px`, height: `${layout.height}px` }}
        >
          <Links layout={layout} visible={visible} members={members} />
          {withFocused(layout, visible, placed).map((one) => (one.shown.folded
            ? <FoldCard key={one.shown.id} placed={one} isFocused={one.shown.id === current} open={open} focus={setFocused} />
            : <Card
                key={one.shown.id} placed={one} member={members.get(one.shown.key)!} primary={primary} analyses={analyses}
                isChosen={one.shown.key === chosen} isFocused={one.shown.id === current} act={acts}
              />))}
        </div>
      </div>
      <Tools plane={plane} count={members.size} isPart={visible.length < layout.placed.length} />
      <Ghost />
    </div>
  );
};

/** The layout is made anew only when the shape is another: not for a lag. */
const useLayout = (
  members: ReadonlyMap<string, Signal<Member>>, primary: string | null, analyses: readonly Analysis[],
  closed: ReadonlySet<string>, spread: ReadonlySet<string>,
): Layout => {
  const shape = useMemo(() => computed(() => shapeOf(members, analyses)), [members, analyses]).value;
  return useMemo(() => {
    const healthy = new Set(shape.split(' ').filter((one) => !one.endsWith('!')).map((one) => one.split('<')[0]!));
    const all = [...members.values()].map((one) => one.peek());
    const folding = { isHealthy: (key: string) => healthy.has(key), closed, spread };
    return layOut(shownOf(forestOf(all, primary), folding));
  }, [shape, primary, closed, spread]);
};

/** All that the layout depends on, as text: who follows whom, and who is not healthy. */
const shapeOf = (members: ReadonlyMap<string, Signal<Member>>, analyses: readonly Analysis[]) =>
  [...members.values()].map(({ value }) =>
    `${value.key}<${value.sources.join()}${serverState(value, analyses) === 'healthy' ? '' : '!'}`).join(' ');

type Moves = {
  goTo: (id: string) => void; open: (id: string) => void; close: (id: string) => void; choose: (key: string) => void;
  plane: { larger: () => void; smaller: () => void; fit: () => void }; order: readonly Shown[];
};

/** Does what a key means at a card; false for a key that means nothing here. */
const act = (key: string, shown: Shown, { goTo, open, close, choose, plane, order }: Moves): boolean => {
  const single: Record<string, () => void> = {
    m: () => propose('relocate', { instance: shown.key }), '+': plane.larger, '=': plane.larger, '-': plane.smaller,
    0: plane.fit,
  };
  if (key === 'Enter' || key === ' ') {
    if (shown.folded) open(shown.id);
    else choose(shown.key);
    return true;
  }
  if (keysAreOn.value && single[key] && !shown.folded) {
    single[key]();
    return true;
  }
  const step = stepOf(key, shown.id, order);
  if (step === null) return false;
  if ('to' in step) goTo(step.to);
  else if ('open' in step) open(step.open);
  else close(step.close);
  return true;
};

const find = (within: HTMLElement | null, id: string) =>
  [...(within?.querySelectorAll<HTMLElement>('[role=treeitem]') ?? [])].find((one) => one.dataset.id === id);

// What has the focus stays drawn, and at its place among the others: one that is moved in the document loses the focus.
const withFocused = (layout: Layout, visible: readonly Placed[], placed: Placed | undefined) => {
  if (!placed || visible.includes(placed)) return visible;
  const drawn = new Set([...visible, placed]);
  return layout.placed.filter((one) => drawn.has(one));
};

const without = (set: ReadonlySet<string>, id: string) => new Set([...set].filter((one) => one !== id));

type Tools = { plane: { larger: () => void; smaller: () => void; fit: () => void }; count: number; isPart: boolean };

const Tools = ({ plane, count, isPart }: Tools) => (
  <div class="tools">
    <span class="soft">{countOf(count, 'server')}{isPart ? ', drawn as they come into view' : ''}</span>
    <button type="button" onClick={plane.smaller} aria-label="Smaller">−</button>
    <button type="button" onClick={plane.larger} aria-label="Larger">+</button>
    <button type="button" onClick={plane.fit}>All in view</button>
  </div>
);

/** What is dragged, at the pointer. */
const Ghost = () => {
  const now = useComputed(() => drag.value).value;
  return now && <div class="ghost" aria-hidden="true" style={{ left: `${now.x + 12}px`, top: `${now.y + 12}px` }}>{now.key}</div>;
};
