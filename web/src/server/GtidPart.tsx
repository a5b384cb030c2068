import type { Member } from '../api/types';
import { propose } from '../acting/acting';
import { Copy } from '../acting/Copy';
import { labelOfOperation } from '../acting/words';
import { operations } from '../app/session';
import { Part } from './Facts';

const helpers = ['commit-errant', 'forget-errant'];

/** What the server has executed, and what it alone has executed. */
export const GtidPart = ({ member }: { member: Member }) => {
  const gtid = member.instance?.gtid;
  return (
    <Part name="GTID">
      {member.errant && <Errant member={member} errant={member.errant} />}
      {gtid && !gtid.enabled && <p class="note refused">GTID is off: the server is not promoted and not moved.</p>}
      {gtid?.enabled && (
        <>
          <Set name="Executed" of={gtid.executed} />
          {gtid.purged && <Set name="Purged" of={gtid.purged} />}
        </>
      )}
      {!gtid && <p class="soft">Not known.</p>}
    </Part>
  );
};

const Errant = ({ member, errant }: { member: Member; errant: string }) => (
  <div class="note failed">
    <strong>Errant transactions: only this server has executed them.</strong>
    <Set name="Errant" of={errant} />
    <p>It can be promoted or moved again when they are nowhere, or everywhere.</p>
    <div class="actions">
      {helpers.filter((one) => operations.value.has(one)).map((one) => (
        <button
          key={one} type="button"
          onClick={() => propose(one, { instance: member.key }, `${labelOfOperation(one)}: ${member.key}`)}
        >
          {labelOfOperation(one)} …
        </button>
      ))}
    </div>
  </div>
);

/** A set may hold thousands of characters: each server's part stands in a line of its own. */
const Set = ({ name, of }: { name: string; of: string }) => (
  <div class="set">
    <span class="of">{name}</span>
    {of ? <Copy text={of} what={`the set of GTIDs (${name.toLowerCase()})`} /> : null}
    <pre tabIndex={of.length > 400 ? 0 : undefined}>{linesOf(of)}</pre>
  </div>
);

const linesOf = (set: string) => set.split(',').map((one) => one.trim()).join(',\n') || 'none';
