import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Git } from './open-git.ts';
import { openWorktree } from './open-worktree.ts';

/**
 * Makes git ignore these patterns (gitignore(5)) without touching a tracked file. git keeps one `info/exclude` for a repository and all its worktrees,
 * so they hold for all of them. Patterns that are there are not added again.
 */
export async function excludeFromWorktree(git: Git, { dir, patterns }: { dir: string; patterns: readonly string[] }): Promise<void> {
  const { commonDir } = await openWorktree(git, dir);
  const path = join(commonDir, 'info', 'exclude');
  mkdirSync(dirname(path), { recursive: true });
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const there = new Set(text.split('\n'));
  const missing = [...new Set(patterns)].filter((pattern) => !there.has(pattern));
  if (missing.length === 0) return;
  // One append, so that worktrees which are set up at once lose nothing of each other; at worst a line stands there twice.
  appendFileSync(path, `${text === '' || text.endsWith('\n') ? '' : '\n'}${missing.join('\n')}\n`);
}
