import type { components } from '../api/schema';
import type { CandidateChoice } from '../api/types';
import { sentenceOf } from './kinds';
import { Mark } from './Mark';
import type { Told } from './states';

type Judgement = components['schemas']['CandidateJudgement'];

/** Which replica was chosen, and for each of them why it was, or was not. */
export const Choice = ({ choice }: { choice: CandidateChoice }) => (
  <div class="choice">
    {choice.possiblyLost && <PossiblyLost says={choice.possiblyLost} />}
    <div class="scroll" tabIndex={0} role="region" aria-label="Replicas as they were judged">
      <table>
        <thead><tr><th scope="col">Replica</th><th scope="col">Judged</th><th scope="col">Why</th></tr></thead>
        <tbody>{choice.judgements.map((one) => <Row key={one.key} one={one} chosen={choice.candidate} />)}</tbody>
      </table>
    </div>
    {choice.checked && <p><strong>Durability:</strong> {sentenceOf(choice.checked)}</p>}
    {choice.catchUpFrom && <p>It first fetches what it lacks from <code>{choice.catchUpFrom}</code>.</p>}
  </div>
);

/** That transactions may be lost, which the reader must not miss. */
export const PossiblyLost = ({ says }: { says: string }) => (
  <div class="note failed lost"><strong>Possibly lost</strong><p>{sentenceOf(says)}</p></div>
);

const judgedAs = (one: Judgement, chosen: string): Told => {
  if (one.fault) return { course: 'failed', words: 'Failed as candidate' };
  if (one.rank === 0) return { course: 'held', words: 'Refused' };
  return one.key === chosen ? { course: 'done', words: 'Chosen' } : { course: 'planned', words: `Rank ${one.rank}` };
};

const Row = ({ one, chosen }: { one: Judgement; chosen: string }) => (
  <tr>
    <th scope="row"><code>{one.key}</code></th>
    <td><Mark {...judgedAs(one, chosen)} /></td>
    <td>
      {one.reasons.length > 0 && <p>{one.reasons.join(', ')}</p>}
      {[...(one.fault ? [one.fault] : []), ...(one.refusals ?? [])].map((no) => (
        <div key={no.because}>
          <p>{no.because}</p>
          {no.remedy && <p class="remedy">To allow it: {no.remedy}</p>}
        </div>
      ))}
    </td>
  </tr>
);
