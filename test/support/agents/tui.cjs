#!/usr/bin/env node
// A program with a prompt, as agents have one (see README.md): what is typed is edited and shown, a turn takes each line, and the transcript has what it was told.
const { execFileSync } = require('node:child_process');
const { appendFileSync, existsSync, mkdirSync } = require('node:fs');
const { join } = require('node:path');

const { BATON_BIN, BATON_SESSION, HOME } = process.env;
const folder = join(HOME, 'transcripts');
const transcript = join(folder, `${BATON_SESSION}.jsonl`);
const [firstPrompt = ''] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });

let [typed, isPasting, rest, isBusy] = ['', false, '', true];
const lines = [firstPrompt];
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function draw() {
  process.stdout.write(`\r\u001B[2K${isBusy ? 'working' : `❯ ${typed.replaceAll('\n', ' ').slice(0, 60)}`}`);
}

function record(type, content) {
  appendFileSync(
    transcript,
    `${JSON.stringify({ type, uuid: `${process.hrtime.bigint()}`, at: Date.now(), session_id: BATON_SESSION, message: { role: type, content } })}\n`,
  );
}

function signal(name, more = {}) {
  const input = JSON.stringify({ session_id: `conversation of ${BATON_SESSION}`, transcript_path: transcript, cwd: process.cwd(), ...more });
  try {
    return execFileSync(BATON_BIN, ['signal', name], { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] }).trim();
  } catch {
    // Its process died: a program goes on without an answer.
    return '';
  }
}

/** What it is asked to run to save what it knows, it runs. */
function save(reason) {
  const line = /^\S+ handoff --auto [\s\S]*?\nEND$/m.exec(reason)?.[0];
  if (line !== undefined) execFileSync('/bin/sh', ['-c', line.replace('(exactly one)', 'Set the second beam.')], { stdio: 'ignore' });
}

async function work(prompt) {
  const name = /(?:^|\n)hold (\w+)$/.exec(prompt)?.[1];
  if (name === undefined) return pause(20);
  appendFileSync(join(HOME, 'signs', `${name}.held`), 'held\n');
  while (!existsSync(join(HOME, 'signs', name))) await pause(20);
}

/** One turn, and what its stop signal makes it go on with. */
async function turn(prompt) {
  record('user', prompt);
  const context = signal('prompt', { prompt });
  if (context !== '') record('system', context);
  await work(prompt);
  for (let isContinued = false; ; isContinued = true) {
    const answer = signal('stop', isContinued ? { stop_hook_active: true } : {});
    if (!answer.startsWith('{')) return;
    const { reason } = JSON.parse(answer);
    record('system', reason);
    save(reason);
    await pause(20);
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the keys
const keys = /(\u001B\[20[01]~|\r|\n|\u0003|\u007F)/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the same
const openKey = /\u001B(?:\[[0-9]*)?$/;

process.stdin.setRawMode(true);
process.stdin.setEncoding('utf8').on('data', (piece) => {
  const all = rest + piece;
  rest = openKey.exec(all)?.[0] ?? '';
  for (const part of all.slice(0, all.length - rest.length).split(keys)) {
    if (part === '\u0003') process.exit(0);
    else if (part === '\u001B[200~') isPasting = true;
    else if (part === '\u001B[201~') isPasting = false;
    else if (part === '\u007F') typed = typed.slice(0, -1);
    else if (part !== '\r' && part !== '\n') typed += part;
    else if (isPasting) typed += '\n';
    else if (typed !== '') {
      lines.push(typed);
      typed = '';
    }
  }
  draw();
});

async function main() {
  process.stdout.write('\u001B[?2004h');
  const prime = signal('start', { source: 'startup' });
  if (prime !== '') record('system', prime);
  for (;;) {
    while (lines.length > 0) {
      isBusy = true;
      draw();
      await turn(lines.shift());
    }
    isBusy = false;
    draw();
    while (lines.length === 0) await pause(10);
  }
}

void main();
