import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TownPaths } from '#town';
import { dropTold } from '../told.ts';
import { dropUnprimed } from '../unprimed.ts';

/** The file in a launch's folder with the first prompt, for a program that it is pasted into. */
export const firstPromptName = 'first-prompt.txt';

/** Where the settings of a session's launch lie, outside of its worktree. */
export function launchFolder(paths: TownPaths, session: string): string {
  return join(paths.run, 'launch', session);
}

/** Takes away what a session that is gone was started with and told by. */
export function dropLaunch(paths: TownPaths, session: string): void {
  rmSync(launchFolder(paths, session), { recursive: true, force: true });
  dropTold({ paths }, session);
  dropUnprimed({ paths }, session);
}
