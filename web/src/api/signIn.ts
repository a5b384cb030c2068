import { signal } from '@preact/signals';

/**
 * What the reader typed to be let in, where no sign-in in front and no password of the browser does it: a token
 * (`orc_…`) or the function key of Azure. It is kept until the tab is closed.
 */
const kept = 'orchestrator.key';

export const isSignedOut = signal(false);

const stored = () => sessionStorage.getItem(kept) ?? '';

export const signInHeaders = (): Record<string, string> => {
  const key = stored();
  if (!key) return {};
  return key.startsWith('orc_') ? { Authorization: `Bearer ${key}` } : { 'x-functions-key': key };
};

export const signIn = (key: string) => {
  sessionStorage.setItem(kept, key.trim());
  isSignedOut.value = false;
};

export const signOut = () => {
  sessionStorage.removeItem(kept);
  isSignedOut.value = true;
};

export const hasKey = () => stored() !== '';
