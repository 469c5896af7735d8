import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type Signal, type SignalAnswer, signals } from '../contract.ts';
import { readTrouble } from '../trouble.ts';
import { hookedEvents } from './hooks.ts';
import { claude } from './index.ts';
import { launch } from './launch.ts';
import { readScreen } from './screen.ts';
import { answer, readSignal } from './signals.ts';

const recorded = new URL('fixtures/2.1.329-2026-11-29-', import.meta.url);
const at = (name: string) => new URL(`${recorded.href}${name}`);
const screen = (name: string) => readFileSync(at(`screens/${name}.txt`), 'utf8');

const order = {
  prompt: '[GAS TOWN] polecat Toast <- self',
  env: { HOME: '/home/me', PATH: '/bin' },
  programs: { node: '/n', baton: '/b', signal: "/it's a town/.baton/bin/signal", runbook: '/r.cjs', view: '/v.cjs' },
  cwd: '/town/app/polecats/Toast',
  conversation: '00000000-0000-4000-8000-000000000001',
  filesFolder: '/town/.baton/run/launch/s',
  permissions: 'bypass',
} as const;

interface WrittenSettings {
  hooks: Record<string, [{ matcher?: string; hooks: [{ command: string }] }]>;
  skipDangerousModePermissionPrompt: boolean;
}

function settingsOf(launched: ReturnType<typeof launch>): WrittenSettings {
  return JSON.parse(launched.files[0]?.text ?? '') as WrittenSettings;
}

test('it is started with settings of its own beside the worktree, and a conversation whose id we chose (runtimes 9)', () => {
  const { argv, env, files } = launch(order);
  const settings = `${order.filesFolder}/settings.json`;
  assert.deepEqual(argv, ['claude', '--settings', settings, '--session-id', order.conversation, '--dangerously-skip-permissions', order.prompt]);
  assert.deepEqual(env, order.env, 'nothing is said for the person: not that the machine is a sandbox either');
  assert.deepEqual(
    files.map(({ path }) => path),
    [settings],
  );
  const resumed = launch({ ...order, permissions: 'ask', resume: 'c', model: 'opus', command: ['/opt/claude', '--verbose'] });
  assert.deepEqual(resumed.argv, ['/opt/claude', '--verbose', '--settings', settings, '--resume', 'c', '--model', 'opus', order.prompt]);
});

test('its settings report every signal, in the words of the shell (runtimes 9)', () => {
  const { hooks, skipDangerousModePermissionPrompt } = settingsOf(launch(order));
  assert.equal(skipDangerousModePermissionPrompt, true);
  assert.deepEqual(Object.keys(hooks), [
    ...['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PostToolUse'],
    ...['PreCompact', 'Stop', 'StopFailure', 'Notification', 'SessionEnd'],
  ]);
  assert.equal(hooks.SessionStart?.[0].hooks[0].command, `'/it'\\''s a town/.baton/bin/signal' start`);
  assert.equal(hooks.StopFailure?.[0].hooks[0].command, `'/it'\\''s a town/.baton/bin/signal' stop`);
  assert.deepEqual(new Set(hookedEvents.map(({ signal }) => signal)), new Set(claude.descriptor.signals.reported));
});

test('a prompt that merely stands idle is nothing to wait for, and /clear ends no session (runtimes 9)', () => {
  const { hooks } = settingsOf(launch(order));
  const matches = (event: string, value: string) => new RegExp(`^(?:${hooks[event]?.[0].matcher})$`).test(value);
  assert.deepEqual([matches('Notification', 'permission_prompt'), matches('Notification', 'idle_prompt')], [true, false]);
  assert.deepEqual(
    ['prompt_input_exit', 'other', 'clear', 'resume'].map((reason) => matches('SessionEnd', reason)),
    [true, true, false, false],
  );
});

test('trust in its folder is noted where its account notes it; a key that stands for a login needs no welcome (runtimes 9)', () => {
  const trust = (path: string) => ({ kind: 'json', path, keys: ['projects', order.cwd, 'hasTrustDialogAccepted'], value: true });
  assert.deepEqual(launch(order).accepted, [trust('/home/me/.claude.json')]);
  const keyed = { ...order, env: { HOME: '/home/me', CLAUDE_CONFIG_DIR: '/accounts/work', ANTHROPIC_API_KEY: 'k' } };
  const path = '/accounts/work/.claude.json';
  assert.deepEqual(launch(keyed).accepted, [{ kind: 'json', path, keys: ['hasCompletedOnboarding'], value: true }, trust(path)]);
  assert.deepEqual(launch({ ...order, env: {} }).accepted, [], 'without a home there is no place for it');
});

test('a window that a setting makes short is short for the program too (runtimes 9)', () => {
  assert.equal(launch({ ...order, windowTokens: 200_000 }).env.CLAUDE_CODE_DISABLE_1M_CONTEXT, '1');
  assert.equal(launch({ ...order, windowTokens: 1_000_000 }).env.CLAUDE_CODE_DISABLE_1M_CONTEXT, undefined);
});

test('a past conversation is talked to in a copy, of which nothing is reported (runtimes 9)', () => {
  const about = { conversation: 'c', transcript: undefined, copy: 'd', question: '-why?', env: order.env, cwd: '/w', filesFolder: '/f' };
  const copy = ['claude', '--resume', 'c', '--fork-session', '--session-id', 'd'];
  assert.deepEqual(claude.fork?.(about), { argv: [...copy, '-p', '--', '-why?'], env: order.env, files: [] });
  assert.deepEqual(claude.fork?.({ ...about, question: undefined, model: 'opus' }).argv, [...copy, '--model', 'opus']);
});

test('each recorded signal is read (runtimes 3)', () => {
  const reports = readFileSync(at('signals.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => readSignal('stop', line));
  assert.deepEqual(
    reports.map(({ source }) => source),
    ['startup', 'compact', 'fork', ...Array<undefined>(6).fill(undefined)],
  );
  for (const { conversation, transcript, cwd } of reports) assert.ok(transcript?.endsWith(`/${conversation}.jsonl`) && cwd?.startsWith('/home/me/'));
  assert.equal(reports[3]?.prompt, 'say hello');
  assert.deepEqual(reports[4]?.tool, { name: 'Bash', input: { command: 'echo one', description: 'run' }, command: 'echo one' });
  assert.equal(reports[6]?.isContinued, true);
  assert.equal(reports[7]?.failure, 'rate_limit\nAPI Error: Request rejected (429) · rate limited');
  assert.deepEqual(reports.filter(({ failure }) => failure !== undefined).length, 1);
});

test('answers are in the JSON that it obeys, each under the name of its event (runtimes 3)', () => {
  const text = (signal: Signal, given: SignalAnswer) => answer(signal, given)?.stdout;
  const names = signals.map((signal) => /"hookEventName":"(\w+)"/.exec(text(signal, { kind: 'context', text: 'x' }) ?? '')?.[1]);
  assert.deepEqual(names, ['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PostToolUse', ...Array<undefined>(4).fill(undefined)]);
  assert.equal(text('start', { kind: 'context', text: '{"x"' }), '{"hookSpecificOutput":{"hookEventName":"SessionStart","additionalContext":"{\\"x\\""}}');
  assert.equal(text('stop', { kind: 'continue', reason: 'hand off' }), '{"decision":"block","reason":"hand off"}');
  const denial = '{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny","permissionDecisionReason":"ruled out"}}';
  assert.equal(text('pre-tool', { kind: 'deny', reason: 'ruled out' }), denial);
});

test('each recorded screen tells whether a line may be typed (runtimes 7)', () => {
  const expected = {
    empty: ['fresh', 'idle', 'error-401', 'error-403', 'error-429', 'error-500', 'error-529', 'error-reset', 'error-refused', 'error-overflow', 'limit'],
    typed: ['typed', 'typed-lines', 'pasted', 'shell-mode', 'busy-typed'],
    busy: ['busy', 'queued', 'retrying', 'retrying-cut', 'trust', 'api-key', 'bypass', 'permission'],
    unknown: ['menu'],
  };
  for (const [prompt, names] of Object.entries(expected)) for (const name of names) assert.equal(readScreen(screen(name)).prompt, prompt, name);
  assert.equal(readdirSync(at('screens')).length, Object.values(expected).flat().length);
});

test('dialogs are known by name, with the keys that accept them, and a permission is for a person (runtimes 7)', () => {
  const dialogOf = (name: string) => readScreen(screen(name)).dialog;
  assert.deepEqual(dialogOf('trust'), { name: 'trust', accept: ['Down', 'Enter'] });
  assert.deepEqual(dialogOf('bypass'), { name: 'bypass', accept: ['Down', 'Enter'] });
  assert.deepEqual(dialogOf('api-key'), { name: 'api-key', accept: ['Up', 'Enter'] });
  assert.deepEqual(dialogOf('permission'), { name: 'permission', accept: [] });
  assert.equal(dialogOf('idle'), undefined);
  const marked = screen('trust').replace('❯ No, exit', '  No, exit').replace('  Yes, I trust', '❯ Yes, I trust');
  assert.deepEqual(readScreen(marked).dialog?.accept, ['Enter'], 'from where the mark stands');
});

test('words of a conversation are no dialog (runtimes 7)', () => {
  const said = screen('idle').replace('● ECHO say hello', '● Which one?\n\n  Do you want to proceed?\n  ❯ 1. Yes');
  assert.deepEqual(readScreen(said), { prompt: 'empty' });
});

test('its recorded troubles are known from screen and signal (runtimes 6)', () => {
  const seen = { at: Date.UTC(2026, 10, 29), zoneOffsetMs: 0 };
  const troubles = ['error-401', 'error-403', 'error-429', 'error-overflow', 'idle'].map((name) => readTrouble(screen(name), seen)?.kind);
  assert.deepEqual(troubles, ['auth', 'auth', 'rate-limit', 'overflow', undefined]);
  for (const name of ['error-500', 'error-529', 'error-reset', 'error-refused', 'retrying-cut'])
    assert.equal(readTrouble(screen(name), seen)?.kind, 'no-service', name);
  assert.equal(readTrouble(screen('limit'), seen)?.resetAt, Date.UTC(2026, 10, 29, 3, 38));
  for (const [error, kind] of [
    ['authentication_failed', 'auth'],
    ['rate_limit', 'rate-limit'],
    ['billing_error', 'rate-limit'],
    ['server_error', 'no-service'],
    ['invalid_request', undefined],
  ] as const) {
    const { failure = '' } = readSignal('stop', JSON.stringify({ hook_event_name: 'StopFailure', error, last_assistant_message: 'Something new' }));
    assert.equal(readTrouble(failure, seen)?.kind, kind, error);
  }
});

test('what Claude Code would change when it is pasted had better come with a signal: tabs, and nothing else (runtimes 7)', () => {
  assert.deepEqual(
    ['a\tb', 'two\nlines  ', '😀 $(x); `y`'].map((text) => claude.changesPaste?.(text)),
    [true, false, false],
  );
});
