import { Dialog } from '../parts/Dialog';
import { helpIsOpen, keysAreOn, turnKeys } from './keys';

const rows: [string, string][] = [
  ['?', 'this list'],
  ['/', 'to the filter'],
  ['1, 2, 3', 'clusters, problems, recoveries'],
  ['↑ ↓', 'in the tree: the server above, below'],
  ['→', 'in the tree: open what follows it, then its first replica'],
  ['←', 'in the tree: fold what follows it, then its source'],
  ['Home, End', 'in the tree: the first, the last server'],
  ['letters', 'in the tree: the next server whose name begins so'],
  ['Enter', 'in the tree: everything known of the server, and what can be done with it'],
  ['m', 'in the tree: move the server below another one'],
  ['+ − 0', 'in the tree: larger, smaller, all in view'],
  ['Esc', 'close, give up'],
];

/** The keys, for who asks. */
export const Help = () => (
  <Dialog isOpen={helpIsOpen.value} title="Keys" close={() => { helpIsOpen.value = false; }}>
    <table class="keys">
      <tbody>
        {rows.map(([key, does]) => <tr key={key}><th scope="row"><kbd>{key}</kbd></th><td>{does}</td></tr>)}
      </tbody>
    </table>
    <label class="check">
      <input type="checkbox" checked={keysAreOn.value} onChange={turnKeys} /> Single keys do something
    </label>
  </Dialog>
);
