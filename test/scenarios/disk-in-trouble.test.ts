import assert from 'node:assert/strict';
import { existsSync, mkdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findProcess, runProgram } from '#host';
import { eventually } from '#host/testing';
import { holding } from '../support/interrupt-at.ts';
import { makePerson, type Person } from '../support/person.ts';
import { makeTown } from '../support/town.ts';
import {
  assertSound,
  eventsOf,
  giveSign,
  livesOf,
  patienceMs,
  readLanded,
  readPrimeOf,
  slingNew,
  waitForBead,
  waitForLife,
  waitForRest,
  waitForSign,
} from '../support/watch-town.ts';

test('a disk that fills up under a live session, which dies meanwhile: it is told, nothing is lost, and all goes on by itself once there is space', async (t) => {
  const person = makePerson(t);
  const disk = await mountDisk(person);
  if (disk === undefined) return t.skip('a small disk can’t be mounted here');
  const town = await makeTown(t, { person, name: 'disk/town', formulas: { holding }, settings: 'restart = { first_s = 0, max_s = 1, breaker = 100 }\n' });
  const { bead, agent } = await slingNew(town, { formula: 'holding' });
  await waitForSign(town, 'began', '1');
  const first = await waitForLife(town, agent);
  const before = (await eventsOf(town, { types: [] })).length;

  await disk.fill();
  for (const words of [
    ['handoff', agent, '-s', 'full', '-m', 'lost for want of space'],
    ['bead', 'note', bead, 'lost for want of space'],
  ]) {
    const ran = await town.baton(words);
    assert.equal(ran.exit, 5, ran.err);
    assert.match(ran.err, /disk/);
    assert.match(ran.err, /\n {2}hint: \S/);
  }
  const doctor = await town.baton(['doctor']);
  assert.equal(doctor.exit, 1);
  assert.match(doctor.out, /disk +✕ bad/);
  assert.equal((await waitForLife(town, agent)).id, first.id, 'the session lives on');
  process.kill(first.process.pid, 'SIGKILL');
  await eventually(() => findProcess(first.process.pid) === undefined, 'it is dead', patienceMs);
  assert.equal((await town.baton(['agents'])).exit, 0, 'reading goes on');
  assert.equal((await eventsOf(town, { types: [] })).length, before, 'nothing is half recorded');

  await disk.free();
  await waitForSign(town, 'began', '2');
  const second = await waitForLife(town, agent, 2);
  assert.match(readPrimeOf(second), /state crash-recovery/);
  giveSign(town, 'go');
  await waitForBead(town, bead, 'done');
  await waitForRest(town);
  assert.deepEqual(
    (await livesOf(town, agent)).map(({ endReason }) => endReason),
    ['crashed', 'done'],
  );
  assert.deepEqual(readLanded(town, 'held.txt'), ['held']);
  await assertSound(town);
});

test('a store that becomes read-only under a live session is told, and what the session ends meanwhile is recorded once it may be written', async (t) => {
  const town = await makeTown(t, { formulas: { holding } });
  const { bead, agent } = await slingNew(town, { formula: 'holding' });
  await waitForSign(town, 'began', '1');
  const { id } = await waitForLife(town, agent);
  const before = await town.app.beads.show(bead);
  const readOnly = await makeReadOnly(town.person, join(town.root, '.baton'));
  if (readOnly === undefined) return t.skip('a folder can’t be mounted here');

  const ran = await town.baton(['bead', 'note', bead, 'lost']);
  assert.equal(ran.exit, 5, ran.err);
  assert.match(ran.err, /read-only.*\n {2}hint: \S/);
  assert.equal((await town.baton(['agents'])).exit, 0, 'reading goes on');
  giveSign(town, 'go');
  await eventually(() => existsSync(join(town.root, agent, 'held.txt')), 'the step has done its work', patienceMs);
  assert.deepEqual(await town.app.beads.show(bead), before, 'it could not say so yet');

  await readOnly.end();
  await waitForBead(town, bead, 'done');
  await waitForRest(town);
  assert.deepEqual(
    (await livesOf(town, agent)).map((life) => [life.id, life.endReason]),
    [[id, 'done']],
  );
  assert.deepEqual(readLanded(town, 'held.txt'), ['held']);
  await assertSound(town);
});

/** Lets nobody write in a folder who opens something there from now on, until it is ended. Undefined where that can't be done here. */
async function makeReadOnly(person: Person, path: string): Promise<{ end(): Promise<void> } | undefined> {
  const isDone = async (...argv: [string, ...string[]]) => (await runProgram({}, argv).catch(() => undefined))?.code === 0;
  if (!(await isDone('mount', '--bind', path, path))) return undefined;
  let isMounted = true;
  const end = async () => {
    if (isMounted) assert.ok(await isDone('umount', '--lazy', path), 'the folder can be written again');
    isMounted = false;
  };
  person.beforeEnd(end);
  assert.ok(await isDone('mount', '-o', 'remount,ro,bind', path));
  return { end };
}

interface Disk {
  /** Leaves no byte free on it. */
  fill(): Promise<void>;
  free(): Promise<void>;
}

/** Mounts a disk of its own at `disk` in the person's folder, until the test ends. Undefined where that can't be done here. */
async function mountDisk(person: Person): Promise<Disk | undefined> {
  const path = join(person.dir, 'disk');
  mkdirSync(path);
  const mount = (options: string) => runProgram({}, ['mount', '-t', 'tmpfs', '-o', options, 'none', path]).catch(() => undefined);
  if ((await mount('size=2g'))?.code !== 0) return undefined;
  // Lazily, because a program of the town that a failing test left behind may stand on it.
  person.beforeEnd(async () => assert.equal((await runProgram({}, ['umount', '--lazy', path])).code, 0, 'the disk is unmounted'));
  const resize = async (size: string) => assert.equal((await mount(`remount,size=${size}`))?.code, 0, `the disk has ${size}`);
  return {
    // What is written between the look and the resizing makes that fail, and it is done again.
    fill: async () => {
      const isFull = () => statfsSync(path).bfree === 0;
      const { bsize } = statfsSync(path);
      const shrink = async () => {
        const { blocks, bfree } = statfsSync(path);
        await mount(`remount,size=${(blocks - bfree) * bsize}`);
        return isFull();
      };
      await eventually(shrink, 'the disk is full');
    },
    free: () => resize('2g'),
  };
}
