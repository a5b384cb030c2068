/** The dialog of the operation that the reader is about to do. */
export const ActDialog = () => null;
