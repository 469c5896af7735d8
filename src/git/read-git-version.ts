import { tmpdir } from 'node:os';
import { Fault } from '#base';
import type { Git } from './open-git.ts';
import { askLine } from './run-git.ts';

/** The oldest git whose every command that this room uses is there. */
const gitVersionMin = '2.30';

/** Git's version, such as `2.39.5`. Faults: `unavailable` where git is missing, `unsupported` where it is too old. */
export async function readGitVersion(git: Git): Promise<string> {
  const version = /(\d+)\.(\d+)[\w.]*/.exec(await askLine(git, { dir: tmpdir(), args: ['version'] }));
  const [whole = 'unknown', major, minor] = version ?? [];
  const [majorMin = 0, minorMin = 0] = gitVersionMin.split('.').map(Number);
  const isOld = Number(major) < majorMin || (Number(major) === majorMin && Number(minor) < minorMin);
  if (version === null || isOld)
    throw new Fault('unsupported', `git is version "${whole}"; Baton needs ${gitVersionMin} or later`, { hint: 'install a newer git' });
  return whole;
}
