import { select } from 'd3-selection';
import { zoom, zoomIdentity, type ZoomBehavior } from 'd3-zoom';
import { signal, type Signal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { card, fitted, type Layout, type Placed, type View } from './layout';

const scales: [number, number] = [0.2, 2];

/** The plane on which the tree is drawn: what of it is in view, and how to move it. */
export type Plane = {
  at: { current: HTMLDivElement | null };
  view: Signal<View>;
  larger: () => void;
  smaller: () => void;
  fit: () => void;
  /** Moves the plane as little as it takes to have the card in view. */
  reveal: (placed: Placed) => void;
};

/**
 * Pan and zoom by pointer, wheel and keys. The wheel moves; with Ctrl, or two fingers, it zooms. Drags that begin on a
 * card are the card's.
 */
export const usePlane = (layout: Layout): Plane => {
  const at = useRef<HTMLDivElement>(null);
  const newest = useRef(layout);
  newest.current = layout;
  const plane = useMemo(() => makePlane(at, newest), []);
  useEffect(() => plane.begin(), []);
  return plane;
};

const makePlane = (at: { current: HTMLDivElement | null }, layout: { current: Layout }) => {
  // Until it is measured it is no larger than the window: what is not in view need not be drawn first.
  const view = signal<View>({ x: 24, y: 24, k: 1, width: innerWidth, height: innerHeight });
  const behaviour = zoom<HTMLDivElement, unknown>().scaleExtent(scales)
    .filter((event: Event) => {
      if (event.type === 'wheel') return (event as WheelEvent).ctrlKey || (event as WheelEvent).metaKey;
      return !(event.target instanceof Element && event.target.closest('[role=treeitem]')) || event.type === 'touchstart';
    })
    .on('zoom', ({ transform }: { transform: { x: number; y: number; k: number } }) => {
      view.value = { ...view.peek(), x: transform.x, y: transform.y, k: transform.k };
    });
  const on = (act: (behaviour: ZoomBehavior<HTMLDivElement, unknown>, of: ReturnType<typeof selected>) => void) => {
    const of = at.current ? selected(at.current) : null;
    if (of) act(behaviour, of);
  };
  const fit = () => on((zoomed, of) => {
    const { width, height } = view.peek();
    const { x, y, k } = fitted(layout.current, width, height);
    zoomed.transform(of, zoomIdentity.translate(x, y).scale(k));
  });
  return {
    at, view, fit,
    larger: () => on((zoomed, of) => zoomed.scaleBy(of, 1.25)),
    smaller: () => on((zoomed, of) => zoomed.scaleBy(of, 0.8)),
    reveal: (placed: Placed) => on((zoomed, of) => {
      const { x, y } = towards(view.peek(), placed);
      if (x !== 0 || y !== 0) zoomed.translateBy(of, x, y);
    }),
    begin: () => begin(at.current, view, behaviour, fit),
  };
};

const selected = (element: HTMLDivElement) => select<HTMLDivElement, unknown>(element);

/** By how much the plane has to move at its own scale until the card is in view. */
export const towards = (view: View, placed: Placed) => {
  const edge = 16;
  const one = (start: number, size: number, whole: number) => {
    if (start < edge) return edge - start;
    return start + size > whole - edge ? whole - edge - start - size : 0;
  };
  return {
    x: one(placed.x * view.k + view.x, card.width * view.k, view.width) / view.k,
    y: one(placed.y * view.k + view.y, card.height * view.k, view.height) / view.k,
  };
};

const begin = (
  element: HTMLDivElement | null, view: Signal<View>, behaviour: ZoomBehavior<HTMLDivElement, unknown>, fit: () => void,
) => {
  if (!element) return undefined;
  const of = selected(element);
  behaviour(of);
  of.on('dblclick.zoom', null);
  const onWheel = (event: WheelEvent) => {
    if (event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const { k } = view.peek();
    behaviour.translateBy(of, -event.deltaX / k, -event.deltaY / k);
  };
  element.addEventListener('wheel', onWheel, { passive: false });
  const isFirst = { current: true };
  const sized = () => {
    view.value = { ...view.peek(), width: element.clientWidth, height: element.clientHeight };
    if (isFirst.current && element.clientWidth > 0) fit();
    if (element.clientWidth > 0) isFirst.current = false;
  };
  const watch = typeof ResizeObserver === 'undefined' ? null : new ResizeObserver(sized);
  watch?.observe(element);
  sized();
  return () => {
    watch?.disconnect();
    element.removeEventListener('wheel', onWheel);
    of.on('.zoom', null);
  };
};
