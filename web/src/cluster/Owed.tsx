import type { Cluster } from '../api/types';
import { Go } from '../app/Go';
import { When } from '../parts/When';

/** What recoveries left to be seen to. */
export const Owed = ({ items }: { items: Cluster['owed'] }) => {
  if (items.length === 0) return null;
  return (
    <section class="card owed">
      <h2>Left to be seen to</h2>
      <ul>
        {items.map((one) => (
          <li key={one.key + one.says}>
            <code>{one.key}</code>: {one.says} (since <When at={one.since} />, <Go to={{ view: 'recovery', id: one.recovery }}>its recovery</Go>)
          </li>
        ))}
      </ul>
    </section>
  );
};
