/** How far a recovery is. A stand-in until the part of the recoveries is here. */
export const FollowedRecovery = ({ id }: { id: string }) => <p>Recovery {id} was begun.</p>;
