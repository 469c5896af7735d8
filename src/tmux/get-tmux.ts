import { Fault } from '#base';
import { findProgram, runProgram } from '#host';
import { isNewEnough, oldestTmux, readTmuxVersion, type TmuxVersion } from './model.ts';

const hint = `install tmux ${oldestTmux} or newer, for instance \`sudo apt-get install tmux\` or \`brew install tmux\``;

/** The tmux to use and its version (undefined for a build from newest source). Faults: `unavailable` where there is none, `unsupported` before 3.2. */
export async function getTmux(env: Readonly<Record<string, string>>, name = 'tmux'): Promise<{ program: string; version: TmuxVersion | undefined }> {
  const program = findProgram(name, env.PATH ?? '');
  if (program === undefined) throw new Fault('unavailable', `the program "${name}" was not found`, { hint });
  const { code, stdout, stderr } = await runProgram({ env, timeoutMs: 5000 }, [program, '-V']);
  if (code !== 0) throw new Fault('unavailable', `"${program} -V" failed: ${stderr.trim()}`, { hint });
  const version = readTmuxVersion(stdout);
  if (version !== undefined && !isNewEnough(version))
    throw new Fault('unsupported', `"${program}" is tmux ${version.text}; Baton needs ${oldestTmux}`, { hint });
  return { program, version };
}
