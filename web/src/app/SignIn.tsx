import { useState } from 'preact/hooks';
import { hasKey, signIn } from '../api/signIn';
import { begin } from './session';

/** For who was not let in: a token or a function key, kept until the tab is closed. */
export const SignIn = () => {
  const [key, setKey] = useState('');
  const submit = (event: Event) => {
    event.preventDefault();
    signIn(key);
    void begin();
  };
  return (
    <form class="signin" onSubmit={submit}>
      <h1>Sign in</h1>
      <p>{hasKey() ? 'The key that you gave is not let in any more.' : 'Who may read is asked for here.'}</p>
      <label>
        Token (<code>orc_…</code>), or the function key of Azure
        <input type="password" value={key} autocomplete="off" onInput={(e) => setKey(e.currentTarget.value)} required />
      </label>
      <button type="submit">Sign in</button>
    </form>
  );
};
