import { StateMark } from '../parts/StateMark';
import { countOf } from '../parts/words';
import type { Placed } from './layout';

type Props = { placed: Placed; isFocused: boolean; open: (id: string) => void; focus: (id: string) => void };

/** Healthy replicas of a wide source as one card; it spreads them. */
export const FoldCard = ({ placed: { shown, x, y }, isFocused, open, focus }: Props) => (
  <div
    role="treeitem" data-id={shown.id} tabIndex={isFocused ? 0 : -1} class="server fold moves healthy"
    style={{ transform: `translate(${x}px,${y}px)` }} aria-expanded={false} aria-level={shown.level}
    aria-posinset={shown.place} aria-setsize={shown.among} onFocus={() => focus(shown.id)} onClick={() => open(shown.id)}
  >
    <div class="line"><StateMark state="healthy" words={countOf(shown.folded?.length ?? 0, 'healthy replica')} /></div>
    <div class="line soft">of {shown.key}</div>
    <div class="line soft">Show them one by one</div>
  </div>
);
