import type { Recovery, RecoveryAnswer, RehearsedPlan } from '../api/types';
import { StageCard } from './StageCard';
import { runningStage, stagesOf } from './stages';
import { sentByStage } from './steps';
import './stages.css';

type Props = {
  recovery: Recovery;
  /** The steps of each stage in words; left out where `statements` has them. */
  stepsSay?: RecoveryAnswer['stepsSay'];
  /** What each step would send, of a plan that is only rehearsed: shown below the step. */
  statements?: RehearsedPlan['statements'];
};

/** The stages of a recovery, done, running or only rehearsed, in their order. */
export const StageList = ({ recovery, stepsSay, statements }: Props) => {
  const stages = stagesOf(recovery);
  const sent = statements ? sentByStage(stages, statements) : null;
  const running = sent ? -1 : runningStage(recovery);
  return (
    <ol class="stages">
      {stages.map((record, i) => (
        <StageCard
          key={i} record={record} number={i + 1} says={stepsSay?.[i]} sent={sent?.[i] ?? null} isRunning={i === running}
        />
      ))}
    </ol>
  );
};
