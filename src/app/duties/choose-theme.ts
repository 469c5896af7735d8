import type { ThemeName } from '#tmux/model';
import type { Role } from '#town/model';

/** The colours of an agent's pane as the setting says: the named ones, or by role, so that panes side by side are told apart. Undefined: none. */
export function chooseTheme(setting: 'auto' | 'off' | ThemeName, role: Role): ThemeName | undefined {
  if (setting === 'off') return undefined;
  return setting === 'auto' ? themeOfRole[role] : setting;
}

const themeOfRole: Readonly<Record<Role, ThemeName>> = {
  mayor: 'rust',
  deacon: 'plum',
  boot: 'plum',
  witness: 'slate',
  refinery: 'slate',
  crew: 'forest',
  polecat: 'ocean',
  overseer: 'slate',
};
