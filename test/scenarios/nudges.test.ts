import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runNudgeStorm, type StormProgram } from '../support/nudge-storm.ts';

const program = join(import.meta.dirname, '../support/agents/tui.cjs');

/** Our own program with a prompt, in the runbook's place. */
const tui: StormProgram = {
  start: ['--command', JSON.stringify([process.execPath, program])],
  readTold: (town) => {
    const folder = join(town.person.dir, 'h', 'transcripts');
    const files = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
    const inOrder = files.sort((a, b) => statSync(a).birthtimeMs - statSync(b).birthtimeMs);
    const lines = inOrder.flatMap((file) => readFileSync(file, 'utf8').split('\n').slice(0, -1));
    return lines.map((line) => (JSON.parse(line) as { message: { content: string } }).message.content);
  },
  hold: (name) => `hold ${name}`,
  rests: (screen) => /(^|\n)❯$/.test(screen),
  shows: (screen, typed) => screen.endsWith(`❯ ${typed}`),
};

test(
  'fifty nudges of ten processes into a busy, an idle and a half-typed prompt: whoever is killed, each arrives once, in order, and as it was given',
  {
    timeout: 450_000,
  },
  (t) => runNudgeStorm(t, tui),
);
