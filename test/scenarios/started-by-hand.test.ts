import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '#host/testing';
import { startByHand } from '../support/hand-program.ts';
import { makeTown, type ScenarioTown } from '../support/town.ts';
import { eventsOf, livesOf } from '../support/watch-town.ts';

const max = 'app/crew/max';
const start = (source = 'startup', conversation = 'c1') => JSON.stringify({ session_id: conversation, source, transcript_path: `/t/${conversation}.jsonl` });

async function townOfMax(t: Parameters<typeof makeTown>[0]): Promise<{ town: ScenarioTown; dir: string; bead: string }> {
  const town = await makeTown(t);
  await town.does('crew', 'add', 'max');
  const bead = await town.does('--quiet', 'bead', 'create', '--rig', 'app', '--title', 'Mend the roof');
  await town.does('hook', bead, '--agent', max);
  await town.does('mol', 'pour', 'work', bead);
  return { town, dir: join(town.root, max), bead };
}

test('a program that a person starts in an agent folder plays the agent, acts as it, and is not started again when it ends', async (t) => {
  const { town, dir, bead } = await townOfMax(t);
  const program = await startByHand(t, town, dir);
  const call = async (words: string[], input = '') => (await program.calls(words, input)) ?? assert.fail('the program has ended');
  const primed = await call(['prime', '--hook'], start());
  assert.equal(primed.exit, 0, primed.err);
  const [session] = await livesOf(town, max);
  assert.ok(session !== undefined);
  assert.match(primed.out, new RegExp(`^You are crew max \\(rig: app\\), address ${max}\\. Session ${session.id}, generation 1`));
  assert.match(primed.out, new RegExp(`Run it now, without asking: go on at step-1: load-context[\\s\\S]*# Your hook\n${bead}`));
  assert.deepEqual([session.isAdopted, session.process?.pid, session.conversation, session.transcript], [true, program.pid, 'c1', '/t/c1.jsonl']);
  await assert.rejects(town.app.sessions.attachArgv(await town.app.agents.find(max)), new RegExp(`started by hand \\(pid ${program.pid}\\), and has no pane`));
  assert.equal((await call(['signal', 'prompt'], start())).exit, 0);
  assert.match((await call(['mol', 'step', 'done'])).out, /implement/);
  const written = await call(['checkpoint', 'write', '--notes', 'walls first', '--json']);
  const { session: writer, step, notes } = JSON.parse(written.out);
  assert.deepEqual([writer, step, notes], [session.id, 'implement', 'walls first']);
  assert.equal((await town.baton(['checkpoint', 'write'], { cwd: dir })).exit, 2, 'a person in the folder is no session');
  const cleared = await call(['prime', '--hook'], start('clear', 'c2'));
  assert.match(cleared.out, new RegExp(`Session ${session.id}, generation 1[\\s\\S]*# How a crew works`));
  assert.equal((await livesOf(town, max))[0]?.conversation, 'c2', 'a new conversation of the same session');
  const compacted = await call(['signal', 'start'], start('compact', 'c2'));
  assert.match(compacted.out, /^Context compacted\. Continue your previous task\.\n/);
  assert.equal((await livesOf(town, max)).length, 1);
  await town.does('daemon', 'start');
  await program.end();
  const ended = await eventually(async () => {
    const [life, ...more] = await livesOf(town, max);
    return life?.goneAt !== undefined && more.length === 0 && life;
  }, 'the session is over');
  assert.deepEqual([ended.endReason, ended.endEvidence.adopted], ['stopped', true]);
  assert.equal((await town.app.agents.find(max)).desired, 'stopped');
});

test('of two programs in one folder one plays the agent, and the other is told that it is a guest', async (t) => {
  const { town, dir } = await townOfMax(t);
  const programs = [await startByHand(t, town, dir), await startByHand(t, town, join(dir, '.'))];
  const told = await Promise.all(programs.map((program, i) => program.calls(['prime', '--hook'], start('startup', `c${i}`))));
  const [session, ...more] = await livesOf(town, max);
  assert.ok(session !== undefined && more.length === 0);
  const own = programs.findIndex((program) => program.pid === session.process?.pid);
  assert.match(told[own]?.out ?? '', /^You are crew max/);
  const guest = told[1 - own]?.out ?? '';
  assert.match(
    guest,
    new RegExp(
      `^guest: ${max} is played by ${session.id}, generation 1, in a program that was started by hand \\(pid ${session.process?.pid}\\); do not hand off, close`,
    ),
  );
  const events = async () => (await eventsOf(town, { types: [] })).length;
  const before = await events();
  for (const signal of ['prompt', 'stop', 'post-tool', 'end'])
    assert.deepEqual(await programs[1 - own]?.calls(['signal', signal], start()), { exit: 0, out: '', err: '' }, signal);
  assert.ok(before > 0);
  assert.equal(await events(), before, 'nothing is recorded of a guest');
  await programs[own]?.calls(['handoff', '-s', 'roof', '-m', 'Next: the third beam']);
  await eventually(async () => (await livesOf(town, max)).find((life) => life.generation === 2)?.primedAt, 'the successor is primed');
  const [, second] = (await livesOf(town, max)).toSorted((a, b) => a.generation - b.generation);
  assert.deepEqual([second?.isAdopted, second?.paneId === undefined, second?.predecessor], [false, false, session.id], 'the successor runs in its pane');
});

test('a signal that a person types, or outside of every agent folder, is refused in words', async (t) => {
  const { town } = await townOfMax(t);
  const outside = await town.baton(['prime', '--hook'], { input: start() });
  assert.equal(outside.exit, 3);
  assert.match(outside.out, /^BATON COULD NOT TELL YOU YOUR WORK: .*this is none/);
});
