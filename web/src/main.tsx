import { render } from 'preact';
import { App } from './app/App';
import { followHistory } from './app/place';
import { begin } from './app/session';
import { applyTheme } from './app/theme';
import './style/tokens.css';
import './style/base.css';
import './style/shell.css';

applyTheme();
followHistory();
void begin();
render(<App />, document.getElementById('page')!);
