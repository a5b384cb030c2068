import { Mark } from './Mark';
import type { ShownStep } from './steps';

/** The steps of a stage; they run side by side. */
export const StepRows = ({ steps }: { steps: readonly ShownStep[] }) => (steps.length === 0 ? null : (
  <ul class="steps">{steps.map((step, j) => <Step key={j} step={step} />)}</ul>
));

const Step = ({ step }: { step: ShownStep }) => (
  <li>
    <div class="line">
      <span class="what">{step.says}{step.tolerance && <span class="badge">{step.tolerance}</span>}</span>
      <span class="how">
        <Mark {...step.state} />
        <span class="took">{step.took}</span>
      </span>
    </div>
    <p class="soft">{step.because}{step.attempts > 1 && <> · {step.attempts} attempts</>}</p>
    {step.remark && <p class="remark">{step.remark}</p>}
    {step.mayTakeEffect && <p class="remark"><strong>It may still take effect</strong>, or have done so.</p>}
    {step.sql && step.sql.length > 0 && <pre>{step.sql.map((one) => `${one};`).join('\n')}</pre>}
    {step.sql && step.sql.length === 0 && <p class="hint">Sends no statement.</p>}
  </li>
);
