import { assert } from '#base';

/** Who Baton's own commits are by. */
export type GitIdentity = { readonly name: string; readonly email: string };

/** A file of a worktree that differs from HEAD. `from` is its earlier path where it was renamed or copied. Bytes of a name that are no UTF-8 show as U+FFFD. */
export type ChangedFile = {
  readonly path: string;
  readonly from?: string;
  readonly status: 'modified' | 'added' | 'deleted' | 'renamed' | 'copied' | 'type-changed' | 'unmerged';
  readonly isSubmodule: boolean;
};

/** What stops a plain commit: git waits for somebody to go on with it or to abort it. */
export type Operation = 'rebase' | 'merge' | 'cherry-pick' | 'revert' | 'am';

/** What a snapshot or commit left out: too large, a git repository of its own, or not readable. `bytes` is 0 where it is unknown. */
export type SkippedFile = { readonly path: string; readonly bytes: number; readonly reason: 'large' | 'repository' | 'unreadable' };

/** A ref that a fetch moved: `from` is missing where it is new, `to` where it is gone. */
export type MovedRef = { readonly ref: string; readonly from: string | undefined; readonly to: string | undefined };

/** What a branch of ours says about itself. */
export type OurBranch =
  | { readonly kind: 'polecat'; readonly name: string; readonly bead: string; readonly molecule: string }
  | { readonly kind: 'crew'; readonly name: string };

/** Refs under it hold what sessions had not committed; only Baton moves them. */
export const preservedRefs = 'refs/baton/preserved/';

/** The ref that keeps a session's uncommitted work: `refs/baton/preserved/<session>`. */
export function preservedRef(session: string): string {
  return ours(`${preservedRefs}${session}`);
}

/** `polecat/<name>/<bead>@<molecule>`: the branch of one assignment. */
export function polecatBranch({ name, bead, molecule }: { name: string; bead: string; molecule: string }): string {
  return ourBranch(`polecat/${name}/${bead}@${molecule}`);
}

/** `crew/<name>`: the branch of a crew member's worktree. */
export function crewBranch(name: string): string {
  return ourBranch(`crew/${name}`);
}

/** Reads what `polecatBranch` and `crewBranch` write; undefined for every other branch. */
export function readOurBranch(branch: string): OurBranch | undefined {
  const polecat = /^polecat\/([^/]+)\/([^/@]+)@([^/@]+)$/.exec(branch);
  if (polecat !== null) return { kind: 'polecat', name: polecat[1] ?? '', bead: polecat[2] ?? '', molecule: polecat[3] ?? '' };
  const crew = /^crew\/([^/]+)$/.exec(branch);
  return crew === null ? undefined : { kind: 'crew', name: crew[1] ?? '' };
}

/** Whether git takes this as the name of a ref or branch (git-check-ref-format(1)), with the reason where not. */
export function judgeRefName(name: string): { readonly kind: 'valid' } | { readonly kind: 'invalid'; readonly reason: string } {
  const broken = refRules.find(({ breaks }) => breaks.test(name));
  return broken === undefined ? { kind: 'valid' } : { kind: 'invalid', reason: broken.reason };
}

/** True for a full object id, of SHA-1 or SHA-256. */
export function isObjectId(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

const refRules: readonly { readonly breaks: RegExp; readonly reason: string }[] = [
  { breaks: /^$/, reason: 'it is empty' },
  { breaks: /^-/, reason: 'it begins with "-"' },
  { breaks: /^(?:@|HEAD)$/, reason: 'git keeps that name for itself' },
  // biome-ignore lint/suspicious/noControlCharactersInRegex: git refuses exactly these characters.
  { breaks: /[\u0000-\u0020\u007f~^:?*[\\]/, reason: 'it holds a space, a control character or one of ~ ^ : ? * [ \\' },
  { breaks: /\.\.|@\{/, reason: 'it holds ".." or "@{"' },
  { breaks: /^\/|\/\/|\/$/, reason: 'a part between slashes is empty' },
  { breaks: /(?:^|\/)\./, reason: 'a part begins with "."' },
  { breaks: /\.lock(?:\/|$)/, reason: 'a part ends with ".lock"' },
  { breaks: /\.$/, reason: 'it ends with "."' },
];

function ourBranch(branch: string): string {
  assert(readOurBranch(branch) !== undefined, `"${branch}" would not be read back as one of our branches`);
  return ours(branch);
}

/** Names reach us validated by their owners (DESIGN.md section 16): a bad one here is our own mistake. */
function ours(name: string): string {
  const judged = judgeRefName(name);
  assert(judged.kind === 'valid', `"${name}" is no name of a ref${judged.kind === 'invalid' ? `: ${judged.reason}` : ''}`);
  return name;
}
