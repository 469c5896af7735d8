import type { Clock } from '#base';
import type { GitIdentity } from './model.ts';

/** Git as Baton runs it, handed to every verb of this room first. Only what `openGit` made may move the refs that the guard protects. */
export type Git = {
  /** The whole environment of each git process. */
  readonly env: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** How long to wait for somebody else's lock file. */
  readonly lockWaitMs: number;
};

export type GitRequest = {
  /** The environment to build from; its `GIT_*` do not pass. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly identity: GitIdentity;
  readonly clock: Clock;
  readonly lockWaitMs?: number;
};

/** The variable that the reference guard asks for. */
export const moverVariable = 'BATON_MOVES_REFS';
/** Which folder a git process of ours works in: how a later attempt finds what a killed Baton left running. */
export const placeVariable = 'BATON_GIT_PLACE';

/** Git with our own identity and settings, whatever the caller's environment and configuration say. */
export function openGit({ env, identity, clock, lockWaitMs = 2000 }: GitRequest): Git {
  const passed = Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined && !pair[0].startsWith('GIT_'));
  return { env: { ...Object.fromEntries(passed), ...fixed, ...identityVariables(identity) }, clock, lockWaitMs };
}

/** Messages of git are read by us, so they are in English; nothing may ask, page or edit; a reading command takes no lock. */
const fixed: Readonly<Record<string, string>> = {
  LC_ALL: 'C',
  LANGUAGE: 'C',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ASKPASS: '',
  GIT_EDITOR: ':',
  GIT_PAGER: 'cat',
  GIT_MERGE_AUTOEDIT: 'no',
  GIT_OPTIONAL_LOCKS: '0',
  [moverVariable]: '1',
};

function identityVariables({ name, email }: GitIdentity): Record<string, string> {
  return { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email };
}

/** Settings of every command of ours: what a person's or a repository's configuration must not change. */
export const ownSettings: readonly string[] = [
  // Baton's commits run nobody's hooks and are not signed.
  'core.hooksPath=/dev/null',
  'commit.gpgSign=false',
  'log.showSignature=false',
  // Several git processes work in one repository at a time: no collection beside them, and patience for locks of refs.
  'gc.auto=0',
  'maintenance.auto=false',
  'core.filesRefLockTimeout=2000',
  'core.packedRefsTimeout=2000',
  // No daemon that stays behind.
  'core.fsmonitor=false',
  // Names in ASCII with escapes, so that bytes which are no UTF-8 survive the way through a string.
  'core.quotePath=true',
  'color.ui=false',
  'i18n.commitEncoding=UTF-8',
  'i18n.logOutputEncoding=UTF-8',
  'submodule.recurse=false',
  'safe.bareRepository=all',
  'core.safecrlf=false',
  'advice.detachedHead=false',
  'advice.addEmbeddedRepo=false',
  // A rebase does what it is told and leaves other branches alone.
  'rerere.enabled=false',
  'rebase.updateRefs=false',
  'rebase.autoStash=false',
  'rebase.autoSquash=false',
  'rebase.backend=merge',
];
