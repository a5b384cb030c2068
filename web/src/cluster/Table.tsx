import { useState } from 'preact/hooks';
import type { Signal } from '@preact/signals';
import type { Analysis, Member } from '../api/types';
import { More } from '../clusters/More';
import { Go } from '../app/Go';
import type { Place } from '../app/place';
import { StateMark } from '../parts/StateMark';
import { byName, stateOrder } from '../parts/words';
import { flowOfAll, lagOf, factsOf, isLate, roleOf, serverState, writesOf } from './serverState';
import { forestOf, inOrder, shownOf } from './shape';

type Props = {
  members: ReadonlyMap<string, Signal<Member>>; primary: string | null; analyses: readonly Analysis[];
  place: Extract<Place, { view: 'cluster' }>;
};

type Row = { member: Member; level: number; ring: boolean; at: number };
type Order = 'topology' | 'state' | 'lag' | 'name';

/** The same servers as a table: by topology, as a tree is read, or by what is looked for. */
export const Table = ({ members, primary, analyses, place }: Props) => {
  const [order, setOrder] = useState<Order>('topology');
  const rows = rowsOf([...members.values()].map((one) => one.value), primary);
  const stateOf = (row: Row) => stateOrder.indexOf(serverState(row.member, analyses));
  const by: Record<Order, (a: Row, b: Row) => number> = {
    topology: (a, b) => a.at - b.at,
    state: (a, b) => stateOf(a) - stateOf(b),
    lag: (a, b) => (lagOf(b.member) ?? -1) - (lagOf(a.member) ?? -1),
    name: (a, b) => byName(a.member.key, b.member.key),
  };
  return (
    <div class="scroll">
      <label class="order">
        Order
        <select value={order} onChange={(event) => setOrder(event.currentTarget.value as Order)}>
          <option value="topology">as in the tree</option>
          <option value="state">gravest first</option>
          <option value="lag">longest lag first</option>
          <option value="name">by name</option>
        </select>
      </label>
      <table>
        <caption class="unseen">Servers</caption>
        <thead>
          <tr>{['Server', 'State', 'Role', 'Source', 'Replication', 'Lag', 'Writes', 'Version', 'More'].map((head) => <th key={head} scope="col">{head}</th>)}</tr>
        </thead>
        <More items={[...rows].sort(by[order])} tag="tbody" show={(row) => (
          <ServerRow key={row.member.key} row={row} primary={primary} analyses={analyses} place={place} isTree={order === 'topology'} />
        )} />
      </table>
    </div>
  );
};

const rowsOf = (all: readonly Member[], primary: string | null): Row[] => {
  const byKey = new Map(all.map((one) => [one.key, one]));
  const everything = { isHealthy: () => false, closed: new Set<string>(), spread: new Set<string>() };
  return inOrder(shownOf(forestOf(all, primary), everything)).flatMap((one, at) => {
    const member = byKey.get(one.key);
    return member ? [{ member, level: one.level, ring: one.ring, at }] : [];
  });
};

type RowProps = {
  row: Row; primary: string | null; analyses: readonly Analysis[]; isTree: boolean;
  place: Extract<Place, { view: 'cluster' }>;
};

const ServerRow = ({ row: { member, level, ring }, primary, analyses, place, isTree }: RowProps) => {
  const lag = lagOf(member);
  const isReplica = (member.instance?.links.length ?? 0) > 0;
  return (
    <tr>
      <th scope="row" style={{ paddingInlineStart: isTree ? `${0.6 + (level - 1) * 1.2}em` : '0.6em' }}>
        <Go to={{ ...place, server: member.key }} class="mono">{member.key}</Go>
      </th>
      <td><StateMark state={serverState(member, analyses)} /></td>
      <td>{roleOf(member, primary, ring)}</td>
      <td class="mono">{member.sources.join(', ')}</td>
      <td>{isReplica ? flowOfAll(member) : ''}</td>
      <td class={isLate(member) ? 'wrong' : ''}>{isReplica ? (lag === null ? 'not known' : `${lag} s`) : ''}</td>
      <td>{writesOf(member)}</td>
      <td>{member.instance?.version ?? ''}</td>
      <td>{factsOf(member).map((fact) => fact.word).join(', ')}</td>
    </tr>
  );
};
