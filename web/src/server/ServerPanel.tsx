import type { Member } from '../api/types';

/** Everything known of a server, with its age, and what can be done with it. */
export const ServerPanel = ({ member }: { member: Member; close: () => void }) => <aside>{member.key}</aside>;
