import type { Place } from './place';

/** What the place is called in the browser's tab. */
export const titleOf = (place: Place) => {
  switch (place.view) {
    case 'clusters': return 'Clusters';
    case 'cluster': return place.cluster;
    case 'problems': return 'Problems';
    case 'recoveries': return 'Recoveries';
    case 'recovery': return `Recovery ${place.id}`;
    case 'unknown': return 'Not found';
  }
};
