import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStillSession, type StillSession } from './as-session.ts';
import { type BenchTown, inTown } from './bench-town.ts';
import { comparePairs, countOf, type Measured, runOnce } from './harness.ts';
import { inMb, inMs, judgeBudget, printTable } from './print.ts';
import { layFormula, seedTown } from './seed-town.ts';

/**
 * What agents' programs call at every turn, each against a bare node (DESIGN.md section 18), as a session of a town with some data, through the
 * shim that sessions have. The daemon runs and the session is alive, so that nothing is revived.
 */
const agent = 'app/crew/max';
const runs = countOf(41);
const ratioMax = 1.5;
const bytesMax = 80e6;

await inTown(async (town) => {
  await town.app.crew.add({ name: 'max', rig: 'app' });
  layFormula(town, { name: 'eight', stepCount: 8 });
  const bead = await seedTown(town, agent, { beads: 50, mails: 20, events: 5000 });
  await town.app.molecules.pour({ bead, formula: 'eight', vars: {} });
  await town.app.hooks.hook({ bead, agent });
  await town.app.daemon.start();
  const session = await openStillSession(town, agent);
  try {
    measure(town, session, bead);
  } finally {
    session.end();
  }
});

function measure(town: BenchTown, session: StillSession, bead: string): void {
  const bare: Measured = { name: 'node -e 0', command: [process.execPath, '-e', '0'], env: town.env };
  const peak = makePeakReader(town);
  const rows = commandsOf(town, session, bead).map(({ expects, ...measured }) => {
    const { stdout } = runOnce(measured);
    if (!stdout.includes(expects)) throw new Error(`"${measured.name}" does not tell "${expects}": ${stdout}`);
    const compared = comparePairs({ name: measured.name, runs, a: bare, b: measured });
    return { ...compared, bytes: peak(measured) };
  });
  const bareBytes = peak(bare);
  printTable(
    `Hot commands against a bare node, ${runs} pairs each`,
    ['', 'bare node', 'command', 'p90', 'ratio', 'peak memory'],
    [
      ...rows.map((row) => [row.name, inMs(row.aMs), inMs(row.bMs), inMs(row.bP90Ms), row.ratio.toFixed(2), inMb(row.bytes)]),
      ['node -e 0', '', '', '', '1.00', inMb(bareBytes)],
    ],
  );
  const slowest = rows.reduce((a, b) => (a.ratio > b.ratio ? a : b));
  const largest = rows.reduce((a, b) => (a.bytes > b.bytes ? a : b));
  judgeBudget({
    what: `slowest hot command, ${slowest.name}`,
    figure: slowest.ratio,
    told: `${slowest.ratio.toFixed(2)} × a bare node`,
    budget: ratioMax,
    toldBudget: `${ratioMax} ×`,
  });
  judgeBudget({ what: `largest hot command, ${largest.name}`, figure: largest.bytes, told: inMb(largest.bytes), budget: bytesMax, toldBudget: inMb(bytesMax) });
}

/** Each hot command, and a word of its answer, so that no refusal is measured. */
function commandsOf({ root, dir }: BenchTown, { env, cwd }: StillSession, bead: string): (Measured & { readonly expects: string })[] {
  const transcript = join(dir, 'transcript.jsonl');
  writeFileSync(transcript, transcriptText());
  const signal = (more: object) => JSON.stringify({ session_id: 'conv-1', transcript_path: transcript, cwd, ...more });
  const command = (line: string, expects: string, input = '') => ({
    name: line,
    command: [join(root, '.baton/bin/baton'), ...line.split(' ')] as [string, ...string[]],
    env,
    cwd,
    input,
    expects,
  });
  return [
    command('hook', bead),
    command('hook --json', bead),
    command('mol current --json', 'part-1'),
    command('mail check', 'About part'),
    command('prime --hook', bead, signal({ source: 'startup' })),
    command('signal prompt', 'About part', signal({ prompt: 'go on' })),
    command('signal post-tool', '', signal({ tool_name: 'Bash', tool_input: { command: 'true' } })),
    command('signal stop', '', signal({ stop_hook_active: false })),
    command('keepalive', ''),
  ];
}

/** A transcript of 200 turns, about 1 MB, well below the threshold. */
function transcriptText(): string {
  return Array.from({ length: 200 }, (_, n) => {
    const said = JSON.stringify({ type: 'tool-result', uuid: `r${n}`, at: n, session_id: 'conv-1', message: { role: 'user', content: 'x'.repeat(5000) } });
    const usage = JSON.stringify({
      type: 'assistant',
      uuid: `a${n}`,
      at: n,
      session_id: 'conv-1',
      message: { role: 'assistant', content: 'done' },
      usage: { input_tokens: 100 + n, output_tokens: 10 },
    });
    return `${said}\n${usage}\n`;
  }).join('');
}

/** How much memory a command's node had at most, told by itself at its exit: what getrusage(2) says of a child can be its parent's. */
function makePeakReader({ dir }: BenchTown): (measured: Measured) => number {
  const [hook, told] = [join(dir, 'peak.cjs'), join(dir, 'peak.txt')];
  writeFileSync(
    hook,
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(told)}, require('node:fs').readFileSync('/proc/self/status')));\n`,
  );
  return (measured) => {
    runOnce({ ...measured, env: { ...measured.env, NODE_OPTIONS: `--require=${hook}` } });
    const [, kb] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(told, 'utf8')) ?? [];
    return Number(kb) * 1024;
  };
}
