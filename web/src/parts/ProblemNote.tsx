import type { Problem } from '../api/client';

/** Why something cannot be shown or done, and what would allow it. */
export const ProblemNote = ({ problem, title }: { problem: Problem; title?: string }) => (
  <div class="note refused" role="alert">
    {title && <strong>{title}</strong>}
    <p>{problem.because}</p>
    {problem.remedy && <p class="remedy">What would allow it: {problem.remedy}</p>}
  </div>
);
