import type { Git } from './open-git.ts';
import type { RemoteHeads } from './rules.ts';
import { runGit } from './run-git.ts';

const lookTimeoutMs = 60_000;

/** What a remote's refs are, read without a repository; `near` is any folder that is there. */
export async function readRemoteHeads(
  git: Git,
  { url, near }: { url: string; near: string },
): Promise<{ kind: 'listed'; heads: RemoteHeads } | { kind: 'failed'; stderr: string }> {
  const { code, stdout, stderr } = await runGit(git, {
    dir: near,
    args: ['ls-remote', '--symref', '--', url, 'HEAD', 'refs/heads/*'],
    timeoutMs: lookTimeoutMs,
  });
  return code === 0 ? { kind: 'listed', heads: readHeads(stdout) } : { kind: 'failed', stderr };
}

function readHeads(text: string): RemoteHeads {
  const branches = new Map<string, string>();
  let headBranch: string | undefined;
  let headCommit: string | undefined;
  for (const line of text.split('\n')) {
    const [value = '', ref = ''] = line.split('\t');
    if (ref === 'HEAD' && value.startsWith('ref: refs/heads/')) headBranch = value.slice('ref: refs/heads/'.length);
    else if (ref === 'HEAD') headCommit = value;
    else if (ref.startsWith('refs/heads/')) branches.set(ref.slice('refs/heads/'.length), value);
  }
  return { headBranch, headCommit, branches };
}

/** The refs that `git ls-remote` or `for-each-ref` printed, one `<object id><space or tab><ref>` a line, by name. */
export function readRefLines(text: string): Map<string, string> {
  const lines = text.split('\n').filter((line) => line !== '');
  return new Map(lines.map((line): [string, string] => [line.slice(line.search(/\s/) + 1), line.slice(0, line.search(/\s/))]));
}
