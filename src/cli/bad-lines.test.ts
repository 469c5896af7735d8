import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import { type App, openApp } from '#app';
import { type FaultKind, faultTable } from '#base';
import { makeSource } from '#git/testing';
import type { Command } from './command.ts';
import { catalogue } from './declarations/index.ts';
import { type Field, toKebab } from './field.ts';
import { type Played, playLine } from './testing.ts';

/** A town with something of each kind, and one App for all lines: a thousand openings would take longer than all that they do. */
let dir = '';
let app: App;
let bead = '';
let journal: DatabaseSync;
before(async () => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'baton-bad-lines-')));
  const town = join(dir, 'in', 'town');
  mkdirSync(join(dir, 'home'));
  const env = { HOME: join(dir, 'home'), PATH: process.env.PATH ?? '' };
  const outside = await openApp({ env, cwd: dir }, 'none');
  await outside.outside.createTown(town);
  await outside.close();
  app = await openApp({ env, cwd: town, town }, 'town');
  await app.rigs.add({ name: 'app', source: makeSource(join(dir, 'code')) });
  await app.crew.add({ name: 'max', rig: 'app' });
  bead = (await app.beads.create({ title: 'A bead', rig: 'app' })).id;
  journal = new DatabaseSync(join(town, '.baton', 'town.db'), { readOnly: true });
});
after(async () => {
  journal.close();
  await app.close();
  rmSync(dir, { recursive: true, force: true });
});

const shared = () => new Proxy(app, { get: (one, name) => (name === 'close' ? async () => {} : Reflect.get(one, name)) });
const play = (argv: readonly string[]): Promise<Played> =>
  playLine(argv, { openApp: async () => shared(), cwd: join(dir, 'in', 'town'), env: { HOME: join(dir, 'home'), PATH: process.env.PATH ?? '' } });

/** A value that is right for a field, as far as one is to be had. */
function rightValue(field: Field): string {
  if (field.kind === 'choice') return field.choices[0] ?? '';
  if (field.kind === 'whole') return String(field.min ?? 1);
  if (field.kind === 'key-value') return 'KEY=value';
  const named: Partial<Record<NonNullable<Field['names']>, string>> = { beads: bead, agents: 'app/crew/max', crew: 'max', rigs: 'app', formulas: 'work' };
  return (field.names === undefined ? undefined : named[field.names]) ?? 'zz';
}

/** A line with everything that is required; `change` gives another value for the field of that name, or `undefined` to leave it out. */
function lineOf({ words, args, options }: Command, change: Readonly<Record<string, string | undefined>> = {}): string[] {
  const pick = (name: string, field: Field) => (name in change ? change[name] : rightValue(field));
  const said: string[] = [];
  for (const [name, field] of Object.entries(options)) {
    const value = field.isRequired || name in change ? pick(name, field) : undefined;
    if (value !== undefined) said.push(`--${toKebab(name)}=${value}`);
  }
  const given: string[] = [];
  for (const [name, field] of Object.entries(args)) {
    const value = field.isRequired || Object.keys(change).some((key) => key in args) ? pick(name, field) : undefined;
    if (value === undefined) break;
    given.push(value);
  }
  return [...words, ...said, '--', ...given];
}

/** Deacon and boot are declared with the mayor, the refinery with the witness: one of each does for all. */
const parsed = catalogue.commands.filter(({ words: [word = ''], isPassThrough }) => !isPassThrough && !['deacon', 'boot', 'refinery'].includes(word));
const shown = (argv: readonly string[]) => argv.join(' ').slice(0, 200);
/** The newest event but for those of leases, which whoever tries takes and gives back. */
const lastSeq = () => (journal.prepare("select max(seq) as seq from events where type not like 'lease%'").get() as { seq: number }).seq;

describe('every command', () => {
  it('refuses a line that cannot be read with 2, one sentence and a hint, on stderr (cli 4, cli 6)', async () => {
    for (const command of parsed) {
      for (const argv of unreadable(command)) {
        const { exit, out, err } = await play(argv);
        assert.deepEqual([exit, out], [2, ''], `${shown(argv)}\n${err}`);
        assert.match(err, /^baton: [^\n]+\n {2}hint: [^\n]+\n$/, shown(argv));
      }
    }
  });

  it('answers odd values, or refuses them in a sentence with an exit code that its help names, and has then written nothing (cli 6, cli 11)', async () => {
    const complaints: string[] = [];
    for (const command of parsed) {
      for (const argv of odd(command)) complaints.push(...(await complaintsOf(command, argv)));
    }
    assert.deepEqual(complaints, []);
    assert.deepEqual(
      (await app.crew.list({})).map(({ address }) => address),
      ['app/crew/max'],
      'and nobody was taken for somebody else',
    );
    assert.ok(!existsSync(join(dir, 'in', 'town', '.baton', 'run', 'daemon.pid')), 'and started no daemon');
  });
});

/** What is wrong with how a line was refused; a line that is carried out is right. */
async function complaintsOf(command: Command, argv: readonly string[]): Promise<string[]> {
  const before = lastSeq();
  const { exit, out, err } = await play([...argv.slice(0, command.words.length), '--json', ...argv.slice(command.words.length)]);
  if (exit === 0) return [];
  // Of several, each fails for itself: then the answer tells of each.
  if (err === '') return typeof JSON.parse(out) === 'object' && lastSeq() === before ? [] : [`wrote: ${shown(argv)}: ${out}`];
  const { fault } = JSON.parse(err) as { fault: { kind: FaultKind; message: string; hint?: string } };
  const said = `${shown(argv)}: ${err.slice(0, 400)}`;
  return [
    ...(fault.kind === 'invalid' || command.faults.includes(fault.kind) ? [] : [`not declared: ${said}`]),
    ...(exit === faultTable[fault.kind].exit ? [] : [`exit ${exit}: ${said}`]),
    ...(out === '' ? [] : [`stdout: ${said}`]),
    ...(fault.message.length + (fault.hint ?? '').length < 5000 ? [] : [`too long: ${said}`]),
    ...(lastSeq() === before ? [] : [`wrote: ${said}`]),
  ];
}

const read = new Set<Field>();

/** Lines that no reader could take for right. */
function* unreadable(command: Command): Generator<string[]> {
  const { words, args, options } = command;
  yield [...words, '--no-such-option'];
  const required = Object.entries(args).find(([, field]) => field.isRequired);
  if (required !== undefined) yield lineOf(command, { [required[0]]: undefined });
  for (const [name, field] of Object.entries(options)) {
    // Commands that share an option share how it is read.
    if (read.has(field)) continue;
    read.add(field);
    if (field.isRequired) yield lineOf(command, { [name]: undefined });
    if (field.kind === 'whole') for (const value of ['', 'x', '-1', '99999999999999999999']) yield lineOf(command, { [name]: value });
    if (field.kind === 'choice') for (const value of ['', 'no-such-choice']) yield lineOf(command, { [name]: value });
    if (field.kind === 'key-value') for (const value of ['', 'no-sign', '=value']) yield lineOf(command, { [name]: value });
    if (field.kind !== 'flag') yield [...words, `--${toKebab(name)}`];
  }
}

const nothing = ['', ' '];
const names = [...nothing, '../x', 'two words', '-x', 'x'.repeat(200_000), 'in\uFFFDvalid', '\u001B[2J', 'a\nb'];

/** Lines that are readable, and hold what a name must not be or a text may be. */
function* odd(command: Command): Generator<string[]> {
  const { args, options } = command;
  // Whoever starts programs with what it was given would do so here: only what is to name something is tried on those.
  const isStart = 'runtime' in options || 'now' in options || command.words.some((word) => /^(estop|demo|init|broadcast)$/.test(word));
  for (const [name, field] of Object.entries({ ...args, ...options })) {
    if (field.kind !== 'text' && field.kind !== 'list') continue;
    if (isStart && field.names === undefined) continue;
    for (const value of name in args ? names : names.slice(0, 7)) yield lineOf(command, { [name]: value });
  }
}
