import { signal } from '@preact/signals';

export type Theme = 'system' | 'light' | 'dark';

const kept = 'orchestrator.theme';

const stored = (): Theme => {
  const value = localStorage.getItem(kept);
  return value === 'light' || value === 'dark' ? value : 'system';
};

export const theme = signal<Theme>(stored());

/** What the reader chose; the system's own choice where they did not. */
export const applyTheme = () => {
  if (theme.value === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme.value;
};

/** System, light, dark, and on again. */
export const turnTheme = () => {
  theme.value = theme.value === 'system' ? 'light' : theme.value === 'light' ? 'dark' : 'system';
  localStorage.setItem(kept, theme.value);
  applyTheme();
};
