import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { known } from '#base';
import { makeSource } from '#git/testing';
import { type ForkOrder, type Runtime, runtimes } from '#runtimes';
import { recordConversationRow } from '#sessions';
import { givenEnd, givenStarted } from '#sessions/testing';
import { addAccount, addCrew, addRig } from '#town';
import { isFaultWith } from '#town/testing';
import type { Deps } from '../deps.ts';
import { isGuest } from '../guest.ts';
import { appTown } from '../testing.ts';
import { talk } from './talk.ts';

const max = 'app/crew/max';
const conversation = '0f3c8a5e-0000-4000-8000-000000000001';
const login = { variable: 'FAKE_HOME', home: '~/.fake', files: [], variables: ['FAKE_KEY'] };
const runbook = known(runtimes[0], 'a runtime');

/**
 * A small program that answers from its transcript and writes a copy beside it, as real ones do; `$1` is the transcript, `$2` the copy, `$3` the
 * question. It tells folder and environment, and reads its settings.
 */
const program =
  'cat "$1" > "$1.$2"; echo "asked: $3" >> "$1.$2"; echo "$3: $(grep decided "$1")"; pwd; env | sort > env.txt; cat "$4"; [ "$3" != fail ] || { echo broken >&2; exit 7; }';

/** A runtime that forks by that program. */
const forking: Runtime = {
  ...runbook,
  name: 'forking',
  descriptor: { ...runbook.descriptor, login, conversation: { takesId: true, resumes: true, forks: true, prints: true } },
  fork: ({ transcript = '', copy, question = '(a person)', env, filesFolder }: ForkOrder) => {
    const settings = join(filesFolder, 'settings');
    return { argv: ['sh', '-c', program, 'sh', transcript, copy, question, settings], env, files: [{ path: settings, text: 'settings-of-the-copy\n' }] };
  },
  locateTranscript: ({ conversation: id, cwd }) => [{ folder: cwd, pattern: `.fake-*/${id}.jsonl` }],
};

async function givenPast(t: TestContext, { runtime = 'forking', account = undefined as string | undefined } = {}) {
  const town = await appTown(t);
  await addRig(town, { name: 'app', source: makeSource(join(town.dir, 'source')), cwd: town.dir });
  await addCrew(town, { rig: 'app', name: 'max' });
  await addAccount(town, { name: 'work', runtime: 'forking', home: join(town.dir, 'work'), env: { FAKE_KEY: 'WORK_KEY' } });
  const launch = { topic: 'cold-start', sender: 'overseer', env: { EXTRA: 'e' }, ...(account === undefined ? {} : { account }) };
  const session = await givenStarted(town, max, { runtime, launch });
  const transcript = join(town.dir, `${conversation}.jsonl`);
  writeFileSync(transcript, 'decided: blue\n');
  await town.store.change(town.by, async (tx, at) => ({
    answer: undefined,
    events: [...(await recordConversationRow(tx, at, { session: session.id, agent: max, conversation, transcript })), { type: 'told' }],
  }));
  await givenEnd(town, session, 'stopped');
  const env = { ...town.env, BATON_SESSION: 'sess_99999999', BATON_AGENT: 'mayor', SECRET: 'mine', WORK_KEY: 'k' };
  return { town: { ...town, env } as Deps & { dir: string }, session: session.id, transcript, cwd: join(town.root, max) };
}

const readEnv = (cwd: string) =>
  Object.fromEntries(
    readFileSync(join(cwd, 'env.txt'), 'utf8')
      .split('\n')
      .map((line) => line.split('=') as [string, string]),
  );

test("a question is answered by a copy, in the session's folder and under its account, as nobody of the town; the original stays (app 55)", async (t) => {
  const { town, session, transcript, cwd } = await givenPast(t, { account: 'work' });
  const answer = await talk(town, { id: session.slice(0, 9), question: 'what' }, undefined, [forking]);
  assert.equal(answer.answer, `what: decided: blue\n${cwd}\nsettings-of-the-copy`);
  assert.deepEqual([answer.session, answer.runtime, answer.exit], [session, 'forking', 0]);
  assert.equal(readFileSync(transcript, 'utf8'), 'decided: blue\n');
  assert.equal(readdirSync(town.dir).filter((name) => name.startsWith(conversation)).length, 2, 'the copy is a file of its own');
  const env = readEnv(cwd);
  assert.deepEqual(
    [env.BATON_SESSION, env.BATON_AGENT, env.SECRET, env.WORK_KEY, env.FAKE_KEY, env.FAKE_HOME, env.EXTRA],
    [undefined, undefined, undefined, undefined, 'k', join(town.dir, 'work'), 'e'],
  );
  assert.ok(isGuest(env));
  assert.deepEqual(
    readdirSync(join(town.paths.run)).includes('launch') ? readdirSync(join(town.paths.run, 'launch')) : [],
    [],
    'no file of the launch is left',
  );
});

test('a person talks in their terminal; without one it is said so; how the program ended is the answer (app 55)', async (t) => {
  const { town, session, cwd } = await givenPast(t);
  const seen: unknown[] = [];
  const runInTerminal = async (argv: readonly string[], seat: { cwd: string; env: Readonly<Record<string, string>> }) => {
    seen.push(argv[6], seat.cwd, isGuest(seat.env));
    return 3;
  };
  const { exit, answer } = await talk(town, { id: session }, runInTerminal, [forking]);
  assert.deepEqual([exit, answer, seen], [3, undefined, ['(a person)', cwd, true]]);
  await assert.rejects(talk(town, { id: session }, undefined, [forking]), isFaultWith('unsupported', 'no terminal', '-p QUESTION'));
});

test('an empty folder stands in for one that is gone, and goes again unless something was written there (app 55)', async (t) => {
  const { town, session, cwd } = await givenPast(t);
  rmSync(cwd, { recursive: true });
  const quiet = { ...forking, fork: (order: ForkOrder) => ({ argv: ['pwd'] as const, env: order.env, files: [] }) };
  assert.equal((await talk(town, { id: session, question: 'where' }, undefined, [quiet])).answer, cwd);
  assert.ok(!existsSync(cwd));
  await talk(town, { id: session, question: 'what' }, undefined, [forking]);
  assert.ok(existsSync(join(cwd, 'env.txt')));
});

test('a conversation that Baton did not start is found by its id: of a session, or by its transcript from its folder (app 55)', async (t) => {
  const { town, session } = await givenPast(t);
  assert.equal((await talk(town, { id: conversation, question: 'what' }, undefined, [forking])).session, session);
  const cwd = join(town.dir, 'elsewhere');
  mkdirSync(join(cwd, '.fake-1'), { recursive: true });
  const file = join(cwd, '.fake-1', 'c0ffee.jsonl');
  writeFileSync(file, 'decided: green\n');
  const there = { ...town, cwd };
  const answer = await talk(there, { id: 'c0ffee', question: 'what' }, undefined, [runbook, forking]);
  assert.deepEqual([answer.session, answer.answer?.split('\n').slice(0, 2)], [undefined, ['what: decided: green', cwd]]);
  assert.equal(readFileSync(file, 'utf8'), 'decided: green\n');
  assert.deepEqual([readEnv(cwd).SECRET, readEnv(cwd).BATON_SESSION], ['mine', undefined], 'a person’s own, under their own environment');
  await assert.rejects(talk(there, { id: 'decade', question: 'what' }, undefined, [forking]), isFaultWith('not-found', '"decade"', '--runtime'));
  await assert.rejects(talk(there, { id: 'sess_decade', question: 'what' }, undefined, [forking]), isFaultWith('not-found', '"sess_decade"'));
});

test('what cannot be copied is refused with what to use instead, and a program that fails in its own words (app 55)', async (t) => {
  const { town, session } = await givenPast(t);
  const ask = (adapter: Runtime, question = 'what') => talk(town, { id: session, question }, undefined, [adapter]);
  const { fork: _fork, ...unable } = forking;
  await assert.rejects(ask(unable), isFaultWith('unsupported', "forking can't copy", `baton sessions show ${session}`));
  const silent = { ...forking, descriptor: { ...forking.descriptor, conversation: { ...forking.descriptor.conversation, prints: false } } };
  await assert.rejects(ask(silent), isFaultWith('unsupported', 'one question', 'leave -p away'));
  await assert.rejects(ask(forking, 'fail'), isFaultWith('unavailable', 'with 7', 'broken'));
});
