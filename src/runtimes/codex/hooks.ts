import type { Signal } from '../contract.ts';

/** The variable by which a hook finds the program that it calls, so that the hook's own text is the same in every town. */
export const signalVariable = 'BATON_SIGNAL';

interface HookedEvent {
  readonly event: string;
  readonly signal: Signal;
  /** In seconds: no handler of ours works for so long. Codex itself gives a session's end 3 and no more. */
  readonly timeoutS: number;
  /** What Codex 0.169.0 reckons of the hook as `overrideHooks` writes it; it runs what it knows by this, and asks a person about all else. */
  readonly trustedHash: string;
}

/** Which event is which signal. */
export const hookedEvents: readonly HookedEvent[] = [
  { event: 'SessionStart', signal: 'start', timeoutS: 60, trustedHash: '32ec0f20cef1bb7546863c5dea1cf26ca7171b69175ac677ab7a5399ec3764b8' },
  { event: 'UserPromptSubmit', signal: 'prompt', timeoutS: 60, trustedHash: '7cac870a649bf898a6eee8a7682194c73bad0682fc669785bca775466b8367f4' },
  { event: 'PreToolUse', signal: 'pre-tool', timeoutS: 60, trustedHash: '4d797c570051136990fb955cd9578e37c0625f17cb6a134f76f88e04b10f2551' },
  { event: 'PostToolUse', signal: 'post-tool', timeoutS: 60, trustedHash: '0ea343d26fcfff777e3a2eaabf3f8c9ab4e16c9b5f7f4d26bb7cfe4495347d01' },
  { event: 'PermissionRequest', signal: 'waiting', timeoutS: 60, trustedHash: '0a72948fada40a2d1f720ae9de11249440bdb5462d124b05e40bcf734d94c0df' },
  { event: 'PreCompact', signal: 'pre-compact', timeoutS: 60, trustedHash: 'bf86312895952b02760c0693f7b3792d16b04469306eb9b279e824491cf6445d' },
  { event: 'Stop', signal: 'stop', timeoutS: 60, trustedHash: '51d9b60e29d54b74e792865c70f7dda46fa748dfb2ac951eee684200c6f8cece' },
  { event: 'SessionEnd', signal: 'end', timeoutS: 3, trustedHash: 'af24f71272786ca128dd1d92d4ce616549122318ea23a81c5d1f846133c1747a' },
];

/** `-c hooks.EVENT=…` for each signal: they run beside the hooks of the person and of the folder. */
export function overrideHooks(): string[] {
  return hookedEvents.flatMap(({ event, signal, timeoutS }) => {
    const command = `'"$${signalVariable}" ${signal}'`;
    return ['-c', `hooks.${event}=[{hooks=[{type="command",command=${command},timeout=${timeoutS}}]}]`];
  });
}

/** `-c hooks.state=…`: exactly our hooks are trusted, and no other. */
export function overrideTrust(): string[] {
  const states = hookedEvents.map(({ event, trustedHash }) => {
    const name = event.replace(/(?<!^)[A-Z]/g, '_$&').toLowerCase();
    return `"/<session-flags>/config.toml:${name}:0:0"={trusted_hash="sha256:${trustedHash}"}`;
  });
  return ['-c', `hooks.state={${states.join(',')}}`];
}
