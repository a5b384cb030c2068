import { useState } from 'preact/hooks';
import { announce } from '../parts/announce';

/** Puts a text where it can be pasted from. */
export const Copy = ({ text, what }: { text: string; what: string }) => {
  const [says, setSays] = useState('Copy');
  const copy = async () => {
    const copied = await navigator.clipboard.writeText(text).then(() => true, () => false);
    setSays(copied ? 'Copied' : 'Not copied');
    announce(copied ? `Copied ${what}` : `The browser did not let ${what} be copied`);
  };
  return (
    <button
      type="button" class="copy" aria-label={`Copy ${what}`} onClick={() => void copy()} onBlur={() => setSays('Copy')}
    >
      {says}
    </button>
  );
};
