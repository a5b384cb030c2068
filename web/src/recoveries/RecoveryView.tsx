export const RecoveryView = ({ id }: { id: string }) => <h1>Recovery {id}</h1>;
