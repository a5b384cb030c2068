import type { PlanStage } from '../api/types';
import { countOf } from '../parts/words';
import { Mark } from './Mark';
import { refusalOf, stateOf, type Outcome } from './states';

/** Of a plan that moves several servers: which, and what became of single ones. */
export const Moves = ({ stage }: { stage: PlanStage }) => {
  const moves = stage.moves ?? [], ended = stage.endedMoves ?? [];
  return (
    <>
      {moves.length > 0 && (
        <details>
          <summary>{countOf(moves.length, 'server')} to move</summary>
          <ul class="moves">
            {moves.map((one) => <li key={one.key}><code>{one.key}</code> below <code>{one.target}</code></li>)}
          </ul>
        </details>
      )}
      {ended.length > 0 && (
        <ul class="moves">
          {ended.map((one) => (
            <li key={one.key}>
              <code>{one.key}</code> <Mark {...stateOf(one.outcome, null)} />
              {whyOf(one.outcome) && <> <span>{whyOf(one.outcome)}</span></>}
            </li>
          ))}
        </ul>
      )}
    </>
  );
};

const whyOf = (outcome: Outcome) =>
  refusalOf(outcome)?.because ?? (outcome.result === 'rolled-back' ? outcome.because : '');
