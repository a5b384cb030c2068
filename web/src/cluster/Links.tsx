import { useComputed, type Signal } from '@preact/signals';
import type { Member } from '../api/types';
import { pathOf, type Layout, type Line, type Placed } from './layout';
import { flowOf, flowOfAll } from './serverState';

type Props = { layout: Layout; visible: readonly Placed[]; members: ReadonlyMap<string, Signal<Member>> };

/** The lines from sources to replicas: whole where replication runs, broken where it does not. */
export const Links = ({ layout, visible, members }: Props) => {
  const seen = new Set(visible.map((one) => one.shown.id));
  const lines = layout.lines.filter((line) => seen.has(line.from.shown.id) || seen.has(line.to.shown.id));
  const rings = layout.placed.filter((one) => one.shown.ring);
  return (
    <svg class="links" width={layout.width} height={layout.height} aria-hidden="true">
      {lines.map((line) => <LinkLine key={line.id} line={line} member={members.get(line.to.shown.key)} />)}
      {rings.slice(1).map((one, i) => <Ring key={one.shown.id} from={rings[i]!} to={one} />)}
    </svg>
  );
};

const LinkLine = ({ line, member }: { line: Line; member: Signal<Member> | undefined }) => {
  const flow = useComputed(() => {
    if (line.to.shown.folded || !member) return 'runs';
    const server = member.value;
    const links = server.instance?.links ?? [];
    return links.length > 1 ? flowOfAll(server) : flowOf(server, links[0]);
  }).value;
  return <path class={`link ${flow}`} d={pathOf(line)} />;
};

/** Co-primaries are roots joined at their left. */
const Ring = ({ from, to }: { from: Placed; to: Placed }) => (
  <path class="link ring" d={`M${from.x} ${from.y + 44}C${from.x - 22} ${from.y + 44} ${to.x - 22} ${to.y + 44} ${to.x} ${to.y + 44}`} />
);
