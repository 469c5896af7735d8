import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { minute } from '#base';
import { makeSettings } from '#config/model';
import { findProcessesByEnvironment, runProgram } from '#host';
import { type Cleanup, eventually } from '#host/testing';
import { getRuntime } from '#runtimes';
import { captureScreen, createPane, findPane } from '#tmux';
import { startTestServer } from '#tmux/testing';
import { bundle, runBaton } from '../../support/run-baton.ts';
import { makeTown } from '../../support/town.ts';
import { livesOf } from '../../support/watch-town.ts';
import { makeAgentPerson } from './agent-person.ts';
import { type AgentName, findInstalled } from './real-agents.ts';
import { underTest } from './under-test.ts';

/**
 * A talk with a past session of the real program, by its own copy: one of Baton's, whose folder is gone meanwhile, and, where the name of a transcript
 * tells the conversation's id, one that a person had alone.
 */
export function testSeance(name: AgentName, { isNamedById = true }: { isNamedById?: boolean } = {}): void {
  const installed = findInstalled(name);
  const skip = 'missing' in installed && installed.missing;

  test(`a past session of ${name} answers a question from what it knew, and stays as it was (app 55)`, { skip }, async (t) => {
    const { town, life, server } = await givenPast(t, name);
    const before = readOriginal(name, life.transcript, life.conversation);
    rmSync(join(town.root, 'app/crew/max'), { recursive: true });
    const answer = await town.does('seance', '--talk', life.id, '-p', 'Why was the cache dropped?');
    // Kimi sets a bullet before what it says.
    assert.match(answer, /^(• )?It was stale\.$/);
    const asked = server.requests().findLast(({ text }) => text.includes('Why was the cache dropped?'));
    assert.ok(asked?.text.includes('The cache was dropped: it was stale.'), 'the copy knows what the session knew');
    assert.deepEqual(readOriginal(name, life.transcript, life.conversation), before, 'the original is the same, byte for byte');
    assert.equal((await livesOf(town, 'app/crew/max')).length, 1, 'the copy is no life of the agent');
  });

  if (!isNamedById) return;
  test(`a conversation of ${name} that Baton did not start answers too (app 55)`, { skip }, async (t) => {
    const { person, program } = await makeAgentPerson(t, name, ({ text }) => ({
      text: text.includes('Why blue?') ? 'Because of the sky.' : 'Blue it is.',
    }));
    const cwd = join(person.dir, 'work');
    mkdirSync(cwd);
    const ran = await runProgram({ cwd, env: person.env, input: '', timeoutMs: 2 * minute }, [program, ...underTest[name].asked, 'Which colour?']);
    assert.equal(ran.code, 0, ran.stderr);
    const conversation = findConversation(join(person.dir, 'h'));
    const env = { ...person.env, PATH: `${join(program, '..')}:${person.env.PATH}` };
    const told = await runBaton({ cwd, env }, ['seance', '--talk', conversation, '--runtime', name, '-p', 'Why blue?']);
    assert.deepEqual([told.exit, told.out], [0, 'Because of the sky.\n'], told.err);
  });
}

/** A crew member's session that took one turn, and is over. */
async function givenPast(t: Cleanup, name: AgentName) {
  const { person, server, passed, program } = await makeAgentPerson(t, name, ({ text }) => ({
    text: text.includes('Why was the cache dropped?') ? 'It was stale.' : 'The cache was dropped: it was stale.',
  }));
  const settings = `[env]\npass = ${JSON.stringify(passed)}\n[runtimes.${name}]\ncommand = ${JSON.stringify([program])}\n[roles.crew]\npermissions = "bypass"\n`;
  const town = await makeTown(t, { person, settings });
  await town.does('crew', 'add', 'max', '--rig', 'app');
  await town.does('crew', 'start', 'max', '--rig', 'app', '--runtime', name);
  const isOver = async () => (await livesOf(town, 'app/crew/max')).at(-1)?.turnEndedAt !== undefined;
  await eventually(isOver, 'its first turn is over', 2 * minute);
  await town.does('crew', 'stop', 'max', '--rig', 'app', '--now');
  const life = (await livesOf(town, 'app/crew/max')).at(-1);
  assert.ok(life?.transcript !== undefined);
  return { town, server, life: { ...life, transcript: life.transcript } };
}

/** A conversation as its program keeps it: the bytes of its file, or its rows in a database of many. */
function readOriginal(name: AgentName, path: string, conversation = ''): unknown {
  const { transcript } = getRuntime(name, makeSettings({ town: {}, rigs: {} }));
  if (transcript.kind === 'lines') return readFileSync(path);
  const db = new DatabaseSync(path, { readOnly: true });
  const rows = db.prepare(transcript.query).all(conversation, -1);
  db.close();
  assert.ok(rows.length > 0);
  return rows;
}

/** The id in the name of the only transcript in a home. */
function findConversation(home: string): string {
  const names = readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.jsonl'));
  const id = /([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.jsonl$/.exec(names.join('\n'))?.[1];
  assert.ok(id !== undefined, names.join(', '));
  return id;
}

/** A person talks to a past session in their terminal: the copy opens there, answers what is typed, and is left by its own word. */
export function testTalk(name: AgentName, leave: string): void {
  const installed = findInstalled(name);
  const skip = 'missing' in installed && installed.missing;
  test(`a person talks to a past session of ${name} in a terminal, and leaves it as it was (app 55)`, { skip }, async (t) => {
    const { town, life, server } = await givenPast(t, name);
    const before = readFileSync(life.transcript);
    const { tmux } = await startTestServer(t);
    const argv: [string, ...string[]] = [process.execPath, join(bundle, 'baton.cjs'), 'seance', '--talk', life.id];
    await createPane(tmux, { name: 'person', cwd: town.root, env: town.env, argv, mark: 'person' });
    const pane = async () => (await findPane(tmux, 'person')) ?? assert.fail('the terminal is there');
    const { readScreen } = getRuntime(name, makeSettings({ town: {}, rigs: {} }));
    const shows = async () => captureScreen(tmux, (await pane()).paneId, { lines: 0 });
    const rests = async () => readScreen?.(await shows()).prompt === 'empty';
    const type = async (line: string) => {
      await eventually(rests, `${name} waits for a line`, minute).catch(async () => assert.fail(await shows()));
      await tmux.run([['send-keys', '-t', 'person', '-l', line]]);
      await eventually(async () => (await shows()).includes(line), 'it stands in the prompt', minute);
      await tmux.run([['send-keys', '-t', 'person', 'Enter']]);
    };
    await type('Why was the cache dropped?');
    await eventually(async () => (await shows()).includes('It was stale.'), 'it answers', minute).catch(async () => assert.fail(await shows()));
    await type(leave);
    await eventually(async () => (await pane()).isDead, 'it is left', minute).catch(async () => assert.fail(await shows()));
    const asked = server.requests().findLast(({ text }) => text.includes('Why was the cache dropped?'));
    assert.ok(asked?.text.includes('The cache was dropped: it was stale.'), 'the copy knows what the session knew');
    assert.deepEqual(readFileSync(life.transcript), before, 'the original is the same, byte for byte');
    assert.equal((await livesOf(town, life.agent)).length, 1, 'the copy is no life of the agent');
    assert.deepEqual(findProcessesByEnvironment({ BATON_GUEST: '1' }), [], 'nothing of the guest runs on');
  });
}
