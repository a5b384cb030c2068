import { signal } from '@preact/signals';

/** Where in the page the reader is. */
export type Place =
  | { view: 'clusters'; filter: string }
  | { view: 'cluster'; cluster: string; show: 'tree' | 'table'; server: string | null }
  | { view: 'problems' }
  | { view: 'recoveries'; cluster: string | null }
  | { view: 'recovery'; id: string }
  | { view: 'unknown'; path: string };

const root = '/web';

/**
 * What an address shows. orchestrator's own page addresses lead to the view that shows the same, because hooks,
 * chat messages and dashboards hold links to them.
 */
export const placeOf = (path: string, search: string): Place => {
  const [first = '', ...rest] = partsOf(path);
  const query = new URLSearchParams(search);
  switch (first) {
    case '': case 'clusters': case 'home': case 'discover': return { view: 'clusters', filter: query.get('q') ?? '' };
    case 'search': return { view: 'clusters', filter: rest[0] ?? query.get('s') ?? query.get('q') ?? '' };
    case 'problems': case 'clusters-analysis': case 'audit-failure-detection': return { view: 'problems' };
    case 'cluster': return clusterOf(rest, query);
    case 'cluster-pools': return clusterOf(rest.slice(0, 1), query);
    case 'instance': case 'server': return serverOf(rest, query);
    case 'recovery': case 'audit-recovery-steps': return recoveryOf(rest[0]);
    case 'recoveries': return { view: 'recoveries', cluster: query.get('cluster') };
    case 'audit': return { view: 'recoveries', cluster: rest[0] === 'instance' ? serverIn(rest.slice(1)) : null };
    case 'audit-recovery': return auditOf(rest);
    default: return { view: 'unknown', path };
  }
};

/** The address of a place, for links: a reader may open it in another tab. */
export const addressOf = (place: Place): string => {
  switch (place.view) {
    case 'clusters': return withQuery(`${root}/`, { q: place.filter });
    case 'cluster': return withQuery(`${root}/cluster/${encodeURIComponent(place.cluster)}`, {
      show: place.show === 'table' ? 'table' : '', server: place.server ?? '',
    });
    case 'problems': return `${root}/problems`;
    case 'recoveries': return withQuery(`${root}/recoveries`, { cluster: place.cluster ?? '' });
    case 'recovery': return `${root}/recovery/${encodeURIComponent(place.id)}`;
    case 'unknown': return place.path;
  }
};

/** A cluster's place: its tree, nothing chosen. */
export const clusterPlace = (cluster: string, server: string | null = null): Place =>
  ({ view: 'cluster', cluster, show: 'tree', server });

/** Goes there. `replace`: the reader's way back leads to where they were before. */
export const go = (to: Place, replace = false) => {
  const address = addressOf(to);
  if (replace) history.replaceState(null, '', address);
  else if (address !== location.pathname + location.search) history.pushState(null, '', address);
  place.value = to;
};

/** Follows the browser's own way back and forth. */
export const followHistory = () => addEventListener('popstate', () => {
  place.value = placeOf(location.pathname, location.search);
});

const partsOf = (path: string) => path.replace(/^\/web(?=\/|$)/, '').split('/').filter((p) => p !== '').map((part) => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
});

const withQuery = (path: string, query: Record<string, string>) => {
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== ''));
  return search.size > 0 ? `${path}?${search}` : path;
};

// cluster/NAME, cluster/alias/ALIAS, cluster/instance/HOST/PORT
const clusterOf = (rest: string[], query: URLSearchParams): Place => {
  const [first, ...more] = rest;
  if (!first) return { view: 'clusters', filter: '' };
  const named = first === 'alias' ? more[0] : first === 'instance' ? serverIn(more) : first;
  return {
    view: 'cluster', cluster: named ?? '', show: query.get('show') === 'table' ? 'table' : 'tree',
    server: first === 'instance' ? serverIn(more) : query.get('server'),
  };
};

const serverOf = (rest: string[], query: URLSearchParams) => clusterOf(['instance', ...rest], query);

const serverIn = (rest: string[]) => (rest.length > 1 ? `${rest[0]}:${rest[1]}` : rest[0] ?? null);

// audit-recovery, …/PAGE, …/id/ID, …/uid/UID, …/cluster/NAME, …/alias/ALIAS
const auditOf = ([kind, value]: string[]): Place => {
  if ((kind === 'uid' || kind === 'id') && value) return { view: 'recovery', id: value };
  if ((kind === 'cluster' || kind === 'alias') && value) return { view: 'recoveries', cluster: value };
  return { view: 'recoveries', cluster: null };
};

const recoveryOf = (id: string | undefined): Place =>
  id ? { view: 'recovery', id } : { view: 'recoveries', cluster: null };

/** Behind all that it is made of. */
export const place = signal<Place>(placeOf(location.pathname, location.search));
