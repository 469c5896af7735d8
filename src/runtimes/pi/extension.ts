import { answerReader } from '../answer-reader.ts';

/**
 * The text of the extension by which pi reports its signals: JavaScript that pi loads into its own process (docs/extensions.md of pi 0.87.1). It calls
 * `command` with a signal's name behind it, tells in JSON on stdin what the runbook tells, and obeys what comes back on stdout in the runbook's form.
 * `guard` names a variable with which it keeps silent, because another copy of it reports. Whatever fails or hangs there, pi goes on.
 */
export function composeExtension({ command, guard }: { readonly command: readonly [string, ...string[]]; readonly guard?: string }): string {
  const values = `const command = ${JSON.stringify(command)};\nconst guard = ${JSON.stringify(guard ?? null)};\n`;
  return `${head}${values}${body}`;
}

/** Whether a text is one that `composeExtension` wrote, also in an earlier version. */
export function isExtension(text: string): boolean {
  return text.startsWith(sign);
}

const sign = "// Baton's signals for pi.";

const head = `${sign} Baton wrote this file; what is changed here is lost.
import { spawn } from 'node:child_process';

`;

/**
 * A prime is waited for by the first prompt only, so that the terminal is there at once. A compaction inside of a run goes on with the next model
 * request, and steers the short prime into it; one at a run's end must not begin another run by it. A turn that failed or was broken off is told and
 * not gone on with, because the same failure would follow: what was to be said waits for the next prompt.
 */
const body = `// Ms that pi waits for an answer at most; a prime may have to start the daemon first.
const limits = { start: 30000, prompt: 15000, 'pre-tool': 10000, 'post-tool': 10000, 'pre-compact': 60000, stop: 30000, waiting: 5000, end: 3000 };

export default function baton(pi) {
  if (guard !== null && process.env[guard]) return;
  let started = Promise.resolve();
  let isContinued = false;
  let isTold = true;
  let goesOn = false;
  let last;
  const waiting = [];
  const beside = new Map();

  pi.on('session_start', (event, ctx) => {
    started = tell('start', ctx, { source: sourceOf(event.reason, ctx) }).then(({ text }) => void (text && waiting.push(text)));
  });

  pi.on('before_agent_start', async (event, ctx) => {
    isContinued = false;
    await started;
    const { text } = await tell('prompt', ctx, { prompt: event.prompt });
    const content = [...waiting.splice(0), text].filter(Boolean).join('\\n\\n');
    return content === '' ? undefined : { message: note(content) };
  });

  // What is typed during a run is no new run's prompt.
  pi.on('input', (event, ctx) => {
    if (event.streamingBehavior === undefined || event.source === 'extension') return;
    void tell('prompt', ctx, { prompt: event.text }).then(({ text }) => text && attempt(() => pi.sendMessage(note(text), { deliverAs: event.streamingBehavior })));
  });

  pi.on('tool_call', async (event, ctx) => {
    const answer = await tell('pre-tool', ctx, { tool_name: event.toolName, tool_input: event.input });
    if (answer.kind === 'deny') return { block: true, reason: answer.text };
    if (answer.text) beside.set(event.toolCallId, answer.text);
  });

  pi.on('tool_result', async (event, ctx) => {
    const before = beside.get(event.toolCallId);
    beside.delete(event.toolCallId);
    const { text } = await tell('post-tool', ctx, { tool_name: event.toolName, tool_input: event.input });
    const added = [before, text].filter(Boolean).map((each) => ({ type: 'text', text: each }));
    return added.length === 0 ? undefined : { content: [...event.content, ...added] };
  });

  pi.on('agent_start', () => {
    isTold = false;
    last = undefined;
  });

  pi.on('message_end', (event) => {
    if (event.message.role === 'assistant') last = event.message;
  });

  pi.on('turn_end', (event) => {
    goesOn = event.toolResults.length > 0;
  });

  pi.on('session_before_compact', async (event, ctx) => {
    await tell('pre-compact', ctx, { trigger: event.reason === 'manual' ? 'manual' : 'auto' });
  });

  pi.on('session_compact', async (event, ctx) => {
    const { text } = await tell('start', ctx, { source: 'compact' });
    const isSteered = !ctx.isIdle() && (event.willRetry || goesOn);
    if (text) attempt(() => pi.sendMessage(note(text), isSteered ? { deliverAs: 'steer' } : { triggerTurn: false }));
  });

  const stop = async (ctx) => {
    isTold = true;
    const failure = last?.stopReason === 'error' || last?.stopReason === 'aborted' ? (last.errorMessage ?? last.stopReason) : undefined;
    const answer = await tell('stop', ctx, { stop_hook_active: isContinued, failure });
    isContinued = answer.kind === 'continue' && failure === undefined;
    if (!isContinued && answer.text) waiting.push(answer.text);
    return answer.text;
  };

  pi.on('agent_before_settle', async (event, ctx) => {
    goesOn = false;
    if (event.continue) return;
    const reason = await stop(ctx);
    if (isContinued) return { entries: [...event.entries, { type: 'custom_message', ...note(reason, true) }], continue: true };
  });

  // A run that a person breaks off, and every run of a pi without boundaries, is told here.
  pi.on('agent_settled', async (_event, ctx) => {
    if (isTold) return;
    const reason = await stop(ctx);
    if (isContinued) attempt(() => pi.sendUserMessage(reason));
  });

  pi.on('ui_prompt_start', (_event, ctx) => void tell('waiting', ctx, {}));

  pi.on('session_shutdown', async (event, ctx) => {
    if (event.reason === 'quit') await tell('end', ctx, { reason: event.reason });
  });
}

// The model reads every note; the person's screen shows only why a turn goes on.
function note(content, display = false) {
  return { customType: 'baton', content, display };
}

// A conversation that pi opened by its command line is told as started up: its header and its entries say more.
function sourceOf(reason, ctx) {
  if (reason === 'new') return 'clear';
  if (reason === 'fork') return 'fork';
  if (reason !== 'startup') return 'resume';
  const header = attempt(() => ctx.sessionManager.getHeader());
  const isFresh = Date.parse(header?.timestamp ?? '') >= Date.now() - process.uptime() * 1000 - 1000;
  if (header?.parentSession && isFresh) return 'fork';
  const entries = attempt(() => ctx.sessionManager.getEntries()) ?? [];
  return entries.some((entry) => entry.type === 'message' && entry.message.role === 'assistant') ? 'resume' : 'startup';
}

async function tell(signal, ctx, about) {
  const usage = attempt(() => ctx.getContextUsage());
  const whole = {
    session_id: attempt(() => ctx.sessionManager.getSessionId()),
    transcript_path: attempt(() => ctx.sessionManager.getSessionFile()),
    cwd: attempt(() => ctx.cwd),
    context: typeof usage?.tokens === 'number' ? { tokens: usage.tokens, window: usage.contextWindow } : undefined,
    ...about,
  };
  return readAnswer(signal, await call(signal, JSON.stringify(whole)));
}

function call(signal, input) {
  return new Promise((resolve) => {
    try {
      const [program, ...words] = command;
      const child = spawn(program, [...words, signal], { stdio: ['pipe', 'pipe', 'ignore'] });
      const timer = setTimeout(() => end(''), limits[signal]);
      const end = (text) => {
        clearTimeout(timer);
        if (child.exitCode === null) child.kill('SIGKILL');
        child.stdout.destroy();
        child.unref();
        resolve(text);
      };
      let output = '';
      child.stdout.setEncoding('utf8').on('data', (text) => (output += text)).on('error', () => {});
      child.stdin.on('error', () => {}).end(input);
      child.on('error', () => end('')).on('close', (code) => end(code === 0 ? output : ''));
    } catch {
      resolve('');
    }
  });
}

${answerReader}`;
