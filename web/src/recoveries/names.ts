import { clusters, nameOf } from '../fleet/fleet';

/** What people call the cluster of that id; the id itself while it is not known. */
export const nameIn = (id: string) => {
  const known = clusters.value?.get(id)?.value;
  return known ? nameOf(known) : id;
};
