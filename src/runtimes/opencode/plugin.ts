import { answerReader } from '../answer-reader.ts';

/**
 * The text of the plugin by which opencode reports its signals: JavaScript that opencode loads into its own process (its docs/plugins; seen with
 * 1.18.33). It calls `command` with a signal's name behind it, tells in JSON on stdin what the runbook tells, and obeys what comes back on stdout in the
 * runbook's form. It imports nothing but what opencode's own engine has. Whatever fails or hangs there, opencode goes on.
 */
export function composePlugin({ command, guard = null, before = {} }: PluginOrder): string {
  const told = Object.entries({ command, guard, before }).map(([name, value]) => `const ${name} = ${JSON.stringify(value)};\n`);
  return `${head}${told.join('')}${body}`;
}

/**
 * `guard` names a variable with which it keeps silent, because another copy of it reports. `before` says what variables, meant for opencode's start alone,
 * were before; null where they were not set.
 */
interface PluginOrder {
  readonly command: readonly [string, ...string[]];
  readonly guard?: string | null;
  readonly before?: Readonly<Record<string, string | null>>;
}

/** Whether a file's text is such a plugin, of whatever version. */
export function isPlugin(text: string): boolean {
  return text.startsWith(firstLine);
}

const firstLine = "// Baton's signals for opencode.";

const head = `${firstLine} Baton wrote this file; what is changed here is lost.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

`;

/**
 * A conversation begins with its first prompt here, so that the prime comes with it, as a part of the person's message that the screen does not show. The
 * conversations of sub-agents are those with a parent; of them only the tools are told. A turn that failed is told and not gone on with, because the same
 * failure would follow. What is to be said after a compaction stands in the system's text until the next prompt, since the turn goes on by itself.
 */
const body = `// Ms that opencode waits for an answer at most; a prime may have to start the daemon first.
const limits = { start: 30000, prompt: 15000, 'pre-tool': 10000, 'post-tool': 10000, 'pre-compact': 60000, stop: 30000, waiting: 5000 };

for (const [name, value] of Object.entries(before)) {
  if (value === null) delete process.env[name];
  else process.env[name] = value;
}

export const Baton = async ({ client, directory }) => {
  if (guard !== null && process.env[guard]) return {};
  const children = new Set();
  const created = new Set();
  const aborted = new Set();
  const beside = new Map();
  let main;
  let isContinued = false;
  let failure;
  let kept = '';

  const tell = (signal, about) =>
    call(signal, JSON.stringify({ session_id: main, transcript_path: findDatabase(), cwd: directory, ...about })).then((output) => readAnswer(signal, output));

  async function begin(id) {
    if (main === id) return '';
    const source = !created.has(id) ? 'resume' : main === undefined ? 'startup' : 'clear';
    main = id;
    kept = '';
    return (await tell('start', { source })).text;
  }

  async function end(id) {
    if (id !== main) return;
    const failed = failure;
    failure = undefined;
    const answer = await tell('stop', { stop_hook_active: isContinued, failure: failed });
    if (answer.kind !== 'continue' || failed !== undefined || aborted.delete(id)) return;
    isContinued = true;
    void attempt(() => client.session.promptAsync({ path: { id }, body: { parts: [{ type: 'text', text: answer.text, synthetic: true }] } }));
  }

  async function afterCompaction(id) {
    if (id === main) kept = (await tell('start', { source: 'compact' })).text;
  }

  return {
    event: async ({ event: { type, properties } }) => {
      const id = properties?.sessionID;
      if (type === 'session.created') (properties.info?.parentID ? children : created).add(id ?? properties.info?.id);
      else if (type === 'session.error' && id === main) {
        if (properties.error?.name === 'MessageAbortedError') aborted.add(id);
        else failure = describe(properties.error);
      } else if (type === 'session.idle') await end(id);
      else if (type === 'session.compacted') await afterCompaction(id);
      else if (type === 'permission.asked' || type === 'question.asked') await tell('waiting', {});
    },

    'chat.message': async ({ sessionID }, { message, parts }) => {
      if (children.has(sessionID)) return;
      const isOurs = parts.every(({ synthetic }) => synthetic);
      if (!isOurs) isContinued = false;
      aborted.delete(sessionID);
      const prompt = parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\\n');
      const prime = await begin(sessionID);
      const { text } = await tell('prompt', { prompt });
      const told = [prime, kept, text].filter(Boolean).join('\\n\\n');
      kept = '';
      if (told !== '') parts.push({ id: idAfter(parts.at(-1)?.id), sessionID, messageID: message.id, type: 'text', text: told, synthetic: true });
    },

    'experimental.chat.system.transform': async ({ sessionID }, { system }) => {
      if (kept !== '' && sessionID === main) system.push(kept);
    },

    'experimental.session.compacting': async ({ sessionID }) => {
      if (sessionID === main) await tell('pre-compact', {});
    },

    'tool.execute.before': async ({ tool, callID }, { args }) => {
      const answer = await tell('pre-tool', { tool_name: tool, tool_input: args });
      if (answer.kind === 'deny') throw new Error(answer.text);
      if (answer.text) beside.set(callID, answer.text);
    },

    'tool.execute.after': async ({ tool, callID, args }, result) => {
      const { text } = await tell('post-tool', { tool_name: tool, tool_input: args ?? {} });
      const added = [beside.get(callID), text].filter(Boolean);
      beside.delete(callID);
      if (added.length > 0) result.output = [result.output, ...added].join('\\n\\n');
    },
  };
};

// Parts stand in the order of their ids.
function idAfter(id) {
  return id === undefined ? 'prt_zzzzzzzzzzzzBaton' + Math.random().toString(36).slice(2, 11) : id.slice(0, -1) + String.fromCharCode(id.charCodeAt(id.length - 1) + 1);
}

function findDatabase() {
  const folder = join(process.env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'opencode');
  const path = process.env.OPENCODE_DB ? join(folder, process.env.OPENCODE_DB) : join(folder, 'opencode.db');
  return existsSync(path) ? path : undefined;
}

function describe(error) {
  const data = error?.data ?? {};
  return [error?.name, data.statusCode, data.message].filter(Boolean).join(' ') || 'unknown';
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
