import type { Recovery, RehearsedPlan } from '../api/types';

type Props = { recovery: Recovery; stepsSay: string[][]; statements?: RehearsedPlan['statements'] };

/** The stages of a plan. A stand-in until the part of the recoveries is here. */
export const StageList = ({ recovery, stepsSay }: Props) => (
  <ol>
    {(recovery.stages ?? []).map(({ stage }, i) => (
      <li key={i}>{stage.name}: {stage.because}<ul>{stepsSay[i]?.map((one) => <li key={one}>{one}</li>)}</ul></li>
    ))}
  </ol>
);
