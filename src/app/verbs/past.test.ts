import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeSource } from '#git/testing';
import { bury } from '#handoff';
import { escalateRow, queueNudgeRow } from '#mail';
import { recordAdvice } from '#sessions';
import { givenEnd, givenSession, givenStarted } from '#sessions/testing';
import { addCrew, addRig, getAgent, setDesiredRow, setEstopRow } from '#town';
import { isFaultWith } from '#town/testing';
import { createBead, hookBead } from '#work';
import type { Deps } from '../deps.ts';
import { appTown } from '../testing.ts';
import { pastVerbs } from './past.ts';

async function givenCrew(t: TestContext) {
  const town = await appTown(t);
  await addRig(town, { name: 'app', source: makeSource(join(town.dir, 'code')), cwd: town.dir });
  for (const name of ['max', 'ana']) await addCrew(town, { rig: 'app', name });
  return { ...town, past: pastVerbs(town) };
}

const max = 'app/crew/max';

/** A life with everything that may happen in one: told of its context, nudged, escalated, died of SIGKILL, and followed by another. */
async function givenEventful(town: Deps) {
  const bead = await createBead(town, { title: 'Mend the roof', rig: 'app' });
  await hookBead(town, { bead: bead.id, agent: max });
  const first = await givenStarted(town, max, { host: town.host.id });
  await recordAdvice(town, { session: first.id, agent: max, kind: 'told', evidence: { share: 0.87 } });
  const by = { actor: 'daemon' };
  await town.store.change(by, async (tx, at) => {
    const nudge = await queueNudgeRow(tx, at, { chance: town.chance, by, agent: max, reason: 'stuck', body: 'Go on.', evidence: { idleMs: 300_000 } });
    const escalation = await escalateRow(tx, at, { chance: town.chance, by, agent: max, incident: 'stuck:1', text: 'max is stuck' });
    return { answer: undefined, events: [...nudge.events, ...escalation.events] };
  });
  const end = { agent: await getAgent(town.store.db, max), session: first, reason: 'crashed' as const, endedAt: town.clock.now() };
  await bury({ ...town, by }, { ...end, evidence: { signal: 'SIGKILL', class: 'crash' }, screen: '' });
  await givenEnd(town, first, 'crashed');
  return { bead, first };
}

test('every automatic act is told with its evidence, and goes on being told when the journal has been pruned (app 28)', async (t) => {
  const town = await givenCrew(t);
  const { bead, first } = await givenEventful(town);
  const told = await town.past.why(max);
  assert.deepEqual(told.about, { kind: 'agent', id: max });
  const find = (words: string) => told.moments.find(({ what }) => what.includes(words)) ?? assert.fail(`nothing of "${words}"`);
  assert.deepEqual(find('generation 1 opened').evidence, { kind: 'test' });
  assert.deepEqual(find('told to hand off').evidence, { share: 0.87 });
  assert.deepEqual([find('nudged: Go on.').why, find('nudged: Go on.').evidence], ['stuck', { idleMs: 300_000 }]);
  assert.equal(find('escalated to human: max is stuck').why, 'stuck:1');
  const end = find('ended: crashed');
  assert.deepEqual([end.evidence.signal, end.session, end.bead, end.isProblem], ['SIGKILL', first.id, bead.id, true]);
  assert.equal(find('recovery document').why, 'crashed, by SIGKILL');
  assert.ok(told.moments.every(({ at }, i) => i === 0 || at >= (told.moments[i - 1]?.at ?? 0)));
  await town.store.change(town.by, async (tx) => ({ answer: await tx.deleteFrom('events').execute(), events: [{ type: 'pruned' }] }));
  assert.deepEqual((await town.past.why(max)).moments, told.moments);
  const session = (await town.past.why(first.id)).moments.map(({ what }) => what);
  assert.ok(session.includes('ended: crashed') && !session.some((what) => what.startsWith('nudged')), session.join('\n'));
  assert.ok((await town.past.why(bead.id)).moments.some(({ what }) => what === 'ended: crashed'));
  await assert.rejects(town.past.why('nothing'), isFaultWith('not-found', 'no agent, session or bead "nothing"'));
});

test('what would be done now is told by the supervisor’s own rule, with what stands in its way (app 28)', async (t) => {
  const town = await givenCrew(t);
  const now = async (subject: string) => (await town.past.why(subject)).now.map(({ kind }) => kind);
  const want = (desired: 'running' | 'parked') =>
    town.store.change(town.by, async (tx, at) => ({ answer: undefined, events: await setDesiredRow(tx, at, { agent: max, desired }) }));
  assert.deepEqual(await now(max), ['no-daemon', 'nothing']);
  await want('running');
  assert.deepEqual(await now(max), ['no-daemon', 'open']);
  await town.store.change(town.by, async (tx, at) => ({ answer: undefined, events: await setEstopRow(tx, at, { by: 'overseer', reason: 'smoke' }) }));
  const held = (await town.past.why(max)).now;
  assert.deepEqual([held.at(-1)?.kind, held.at(-1)?.text.includes('smoke')], ['held', true]);
  await town.store.change(town.by, async (tx, at) => ({ answer: undefined, events: await setEstopRow(tx, at, undefined) }));
  const { bead, first } = await givenEventful(town);
  const wait = (await town.past.why(max)).now.find(({ kind }) => kind === 'wait');
  assert.match(wait?.text ?? '', new RegExp(`starts again in about .*${first.id} ended \\(crash\\)`));
  assert.deepEqual(await now(first.id), ['gone']);
  assert.deepEqual(await now(bead.id), ['hooked']);
  assert.deepEqual(await now((await createBead(town, { title: 'Another' })).id), ['ready']);
});

test('a seance lists sessions newest first, by parts of their role and rig, with all that a later talk needs (app 29)', async (t) => {
  const town = await givenCrew(t);
  const one = await givenSession(town, max, { host: town.host.id, launch: { topic: 'assigned', sender: 'mayor' } });
  await givenEnd(town, one, 'handoff');
  const two = await givenSession(town, max, { predecessor: one.id });
  const boss = await givenSession(town, 'mayor');
  const ids = async (query: object) => (await town.past.seance(query)).map(({ id }) => id).sort();
  assert.deepEqual(await ids({}), [one.id, two.id, boss.id].sort());
  assert.deepEqual(await ids({ role: 'CREW' }), [one.id, two.id].sort());
  assert.deepEqual(await ids({ role: 'max', rig: 'ap', recent: 1 }), [two.id]);
  assert.deepEqual(await ids({ role: 'polecat' }), []);
  await assert.rejects(ids({ rig: 'web' }), isFaultWith('not-found', '"web"', 'baton rig list'));
  await assert.rejects(ids({ role: 'nonsense' }), isFaultWith('not-found', '"nonsense"', 'polecat'));
  assert.deepEqual(await ids({ agent: 'mayor' }), [boss.id]);
  await town.store.change(town.by, async (tx) => ({ answer: await tx.deleteFrom('events').execute(), events: [{ type: 'pruned' }] }));
  const [newest, before] = await town.past.seance({ role: 'crew' });
  assert.deepEqual([newest?.role, newest?.predecessor, before?.topic, before?.endReason], [max, one.id, 'assigned', 'handoff']);
});

test('the last screen of a session is shown as it was kept, and its absence explained (app 29)', async (t) => {
  const town = await givenCrew(t);
  const live = await givenSession(town, max);
  await assert.rejects(town.past.screen(live.id), isFaultWith('not-found', live.id, `baton attach ${max}`));
  mkdirSync(town.paths.screens, { recursive: true });
  writeFileSync(join(town.paths.screens, `${live.id}.screen`), '$ make\nall is well\n\n');
  assert.equal((await town.past.screen(live.id.slice(0, 8))).text, '$ make\nall is well');
});

test('a restore goes where it is said, and to one place only (app 29)', async (t) => {
  const town = await givenCrew(t);
  const session = await givenSession(town, max);
  await assert.rejects(town.past.restore({ session: session.id, into: 'x', agent: max }), isFaultWith('invalid', '--into', '--agent'));
  await assert.rejects(town.past.restore({ session: session.id }), isFaultWith('not-found', 'nothing is preserved'));
  assert.deepEqual(await town.past.preserved(session.id), { session: session.id, snapshots: [] });
});
