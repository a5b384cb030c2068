import { useComputed, type Signal } from '@preact/signals';
import type { Analysis, Member } from '../api/types';
import { StateMark } from '../parts/StateMark';
import { drag } from './dragging';
import { flowOfAll, lagOf, isLate, factsOf, roleOf, serverState, writesOf } from './serverState';
import type { Placed } from './layout';

type Props = {
  placed: Placed; member: Signal<Member>; primary: string | null; analyses: readonly Analysis[];
  isChosen: boolean; isFocused: boolean; act: CardActs;
};

/** What a card tells its tree. */
export type CardActs = {
  focus: (id: string) => void; choose: (key: string) => void; begin: (key: string, event: PointerEvent) => void;
};

/** A server in the tree. */
export const Card = ({ placed: { shown, x, y }, member, primary, analyses, isChosen, isFocused, act }: Props) => {
  const server = member.value;
  const state = serverState(server, analyses);
  const role = roleOf(server, primary, shown.ring);
  const isClosed = shown.hidden > 0;
  return (
    <div
      role="treeitem" data-key={server.key} data-id={shown.id} tabIndex={isFocused ? 0 : -1}
      class={`server moves ${state} ${role.replace(' ', '-')} ${useDropClass(server.key)}`}
      style={{ transform: `translate(${x}px,${y}px)` }}
      aria-level={shown.level} aria-posinset={shown.place} aria-setsize={shown.among}
      aria-expanded={shown.hasReplicas ? !isClosed : undefined} aria-selected={isChosen}
      onFocus={() => act.focus(shown.id)} onClick={() => act.choose(server.key)}
      onPointerDown={(event) => act.begin(server.key, event)}
    >
      <div class="line">
        <StateMark state={state} bare={state === 'healthy'} />
        <strong title={server.key}>{server.key}</strong>
      </div>
      <div class="line soft">
        <span class={role === 'replica' ? '' : 'role'}>{role}</span>
        <span class={role === 'primary' && writesOf(server) !== 'writable' ? 'wrong' : ''}>{writesOf(server)}</span>
        <Lag member={member} />
        <span>{server.instance?.version ?? 'version not known'}</span>
      </div>
      <div class="line facts">
        {factsOf(server).map((fact) => <span key={fact.word} class={`badge ${fact.tone ?? 'plain'}`} title={fact.means}>{fact.word}</span>)}
        {isClosed && <span class="badge plain">+{shown.hidden} below</span>}
      </div>
      <Drop to={server.key} />
    </div>
  );
};

/** The lag alone is drawn anew when only it changes. */
const Lag = ({ member }: { member: Signal<Member> }) => {
  const text = useComputed(() => {
    const server = member.value;
    if ((server.instance?.links.length ?? 0) === 0) return null;
    const flow = flowOfAll(server);
    if (flow !== 'runs') return { word: flow === 'unknown' ? 'was replicating' : flow, isWrong: flow !== 'unknown' };
    const lag = lagOf(server);
    return lag === null ? { word: 'lag not known', isWrong: true } : { word: `lag ${lag} s`, isWrong: isLate(server) };
  }).value;
  return text && <span class={text.isWrong ? 'wrong' : ''}>{text.word}</span>;
};

const useDropClass = (key: string) => useComputed(() => {
  const now = drag.value;
  if (!now) return '';
  if (now.key === key) return 'dragged';
  const refusal = now.targets?.get(key);
  if (refusal === undefined) return '';
  return `${refusal === null ? 'may' : 'may-not'} ${now.over === key ? 'over' : ''}`;
}).value;

/** Under a dragged server: that it may be dropped here, or why not. */
const Drop = ({ to }: { to: string }) => {
  const says = useComputed(() => {
    const now = drag.value;
    if (!now || now.over !== to) return null;
    const refusal = now.targets?.get(to);
    return refusal ? refusal.because : refusal === null ? `Move ${now.key} below it` : null;
  }).value;
  return says === null ? null : <div class="drop">{says}</div>;
};
