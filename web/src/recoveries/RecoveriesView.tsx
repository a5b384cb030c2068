export const RecoveriesView = ({ cluster }: { cluster: string | null }) => <h1>Recoveries {cluster}</h1>;
