import type { StageRecord } from '../api/types';
import { When } from '../parts/When';
import { lengthOf, millisecondsOf } from '../parts/time';
import { Mark } from './Mark';
import { stepState } from './steps';

type Props = { undo: NonNullable<StageRecord['undo']>; block: NonNullable<StageRecord['stage']['block']> };

/** That writes were let through again before a stage of the plan did so. */
export const Undo = ({ undo, block }: Props) => {
  const took = millisecondsOf(undo.result?.took);
  return (
    <div class="note refused">
      <strong>Writes were let through again, <When at={undo.at} /></strong>
      <p>Because {undo.because}; {block.undo.because}.</p>
      <p>
        <Mark {...stepState(undo.result ?? undefined, false, true)} /> {took === null ? '' : lengthOf(took)}
        {undo.result?.says && <> {undo.result.says}</>}
      </p>
    </div>
  );
};
