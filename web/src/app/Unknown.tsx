import { Go } from './Go';

/** For an address that shows nothing. */
export const Unknown = ({ path }: { path: string }) => (
  <section class="empty">
    <h1>Nothing is shown at {path}</h1>
    <p><Go to={{ view: 'clusters', filter: '' }}>All clusters</Go></p>
  </section>
);
