import type { GitIdentity } from './model.ts';
import type { Git } from './open-git.ts';
import { askGit } from './run-git.ts';

/** One commit; `authoredAt` in ms since 1970, `message` whole with its subject. */
export type Commit = {
  readonly commit: string;
  readonly parents: readonly string[];
  readonly tree: string;
  readonly author: GitIdentity;
  readonly authoredAt: number;
  readonly subject: string;
  readonly message: string;
};

const [field, record] = ['\x1f', '\x1e'];
const format = ['%H', '%P', '%T', '%an', '%ae', '%at', '%s', '%B'].join('%x1f');

/** The commits that `to` has and `from` has not, newest first, at most `max`; without `from`, all of `to`. Fault `not-found` for an unknown name. */
export async function listCommits(
  git: Git,
  { repo, from, to, max = 1000 }: { repo: string; from?: string | undefined; to: string; max?: number },
): Promise<Commit[]> {
  const range = from === undefined ? [to] : [to, `^${from}`];
  const text = await askGit(git, {
    dir: repo,
    args: ['log', `--max-count=${max}`, '--topo-order', '--no-notes', `--format=${format}%x1e`, '--end-of-options', ...range, '--'],
  });
  return text
    .split(`${record}\n`)
    .filter((entry) => entry !== '')
    .map(readCommit);
}

function readCommit(entry: string): Commit {
  const [commit = '', parents = '', tree = '', name = '', email = '', seconds = '0', subject = '', message = ''] = entry.split(field);
  return {
    commit,
    parents: parents.split(' ').filter(Boolean),
    tree,
    author: { name, email },
    authoredAt: Number(seconds) * 1000,
    subject,
    message: message.trimEnd(),
  };
}
