import type { Place } from '../app/place';

type Props = { place: Extract<Place, { view: 'cluster' }> };

export const ClusterView = ({ place }: Props) => <h1>{place.cluster}</h1>;
