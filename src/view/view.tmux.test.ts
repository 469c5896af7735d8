import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Deps } from '#app';
import { appTown } from '#app/testing';
import { makeSource } from '#git/testing';
import { markOf, systemClock } from '#host';
import { eventually } from '#host/testing';
import { getSession, type Session } from '#sessions';
import { givenSession } from '#sessions/testing';
import { lastSeq } from '#store';
import { captureScreen, createPane, findPane, typeLine } from '#tmux';
import { startTestServer } from '#tmux/testing';
import { addRig } from '#town';
import { createBead } from '#work';
import { makeDrawing } from './draw.ts';
import type { Page } from './page.ts';
import { readSetup } from './read-setup.ts';
import { renderPage } from './render-page.ts';
import { watchTown } from './watch-town.ts';

const dist = process.env.BATON_TEST_DIST ?? join(import.meta.dirname, '../../dist');

interface Role {
  readonly town: Deps & { dir: string };
  readonly session: Session;
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
}

/** A session's row of a role in code mode, and how its program is started. `baton` is the text of its command where it is another than ours. */
async function givenRole(t: TestContext, role: 'witness' | 'refinery' | 'deacon', baton?: string): Promise<Role> {
  const town = await appTown(t);
  await addRig(town, { name: 'app', source: makeSource(join(town.dir, 'source')), cwd: town.dir });
  const agent = role === 'deacon' ? role : `app/${role}`;
  const session = await givenSession(town, agent, { runtime: 'view', host: town.host.id });
  const command = join(town.dir, 'baton');
  writeFileSync(command, baton ?? `#!/bin/sh\nexec '${process.execPath}' '${join(dist, 'baton.cjs')}' "$@"\n`);
  chmodSync(command, 0o755);
  const env = {
    ...{ PATH: process.env.PATH ?? '', HOME: town.dir, TMUX_TMPDIR: town.dir, XDG_RUNTIME_DIR: town.dir, LANG: 'C.UTF-8', BATON_BIN: command },
    ...{ BATON_TOWN: town.root, BATON_SESSION: session.id, BATON_AGENT: agent, BATON_ROLE: role, BATON_RIG: role === 'deacon' ? '' : 'app' },
  };
  return { town, session, argv: [process.execPath, join(dist, 'view.cjs')], env };
}

/** The role's program in a pane of its own server. */
async function play(t: TestContext, { argv, env, session }: Role, size: { width?: number; height?: number } = {}) {
  const { tmux } = await startTestServer(t);
  const paneId = await createPane(tmux, { name: 'A', cwd: '/', env, argv, mark: session.id, ...size });
  const screen = () => captureScreen(tmux, paneId);
  return { tmux, paneId, screen, waitFor: (text: string | RegExp) => eventually(async () => has(await screen(), text), `${text} on the screen`) };
}

const has = (screen: string, text: string | RegExp) => (typeof text === 'string' ? screen.includes(text) : text.test(screen));

/** The role's program with its page in a pipe. */
function playInPipe(t: TestContext, { argv: [program, ...words], env }: Role) {
  const child = spawn(program, words, { cwd: '/', env, stdio: ['pipe', 'pipe', 'pipe'] });
  let out = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
  }
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
  t.after(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  return { child, exited, out: () => out, waitFor: (text: string) => eventually(() => out.includes(text), `"${text}" in\n${out}`) };
}

const isPrimed = (role: Role) =>
  eventually(
    async () => {
      const session = await getSession(role.town.store.db, role.session.id);
      return session.primedAt !== undefined && (session.turnEndedAt ?? 0) >= (session.turnAt ?? Number.POSITIVE_INFINITY);
    },
    'the session is primed and its first turn over',
    20_000,
  );

test('in its pane it becomes an ordinary session, draws what happens, and writes nothing more (view 1, 2, 3)', async (t) => {
  const role = await givenRole(t, 'deacon');
  const { waitFor, screen } = await play(t, role);
  await isPrimed(role);
  await waitFor('This role is played by Baton in code; no model runs here.');
  await waitFor('The daemon was stopped');
  const seq = await lastSeq(role.town.store.db);
  await role.town.store.change(role.town.by, async (tx, at) => {
    const row = { id: 'esc-11111', severity: 'high', target: 'mayor', incident: null, bead: null, agent: null, session: null, author: 'overseer' } as const;
    await tx
      .insertInto('escalations')
      .values({ ...row, text: 'who decides?', created_at: at, acked_at: null, acked_by: null, closed_at: null })
      .execute();
    return { answer: undefined, events: [{ type: 'escalated', payload: {} }] };
  });
  await waitFor('who decides?');
  assert.equal(await lastSeq(role.town.store.db), seq + 1, await screen());
});

test('while nothing happens the page is not read again, and one that looks the same is not drawn (view 3)', async (t) => {
  const { town, env } = await givenRole(t, 'witness');
  const setup = readSetup({ env, cwd: '/' });
  const watch = watchTown({ clock: systemClock }, setup);
  const drawn: string[] = [];
  const drawing = makeDrawing({ write: (text) => void drawn.push(text), isTerminal: true, isColored: true });
  const draw = (page: Page) => drawing.draw(renderPage(setup.player, page, {}, { columns: 80, rows: 24, now: Date.now() }));
  const first = await watch.look();
  assert.equal(first.kind, 'page');
  assert.equal(await watch.look(), first);
  draw(first);
  await createBead(town, { title: 'no polecat has it', rig: 'app' });
  const next = await watch.look();
  assert.notEqual(next, first);
  draw(next);
  assert.equal(drawn.length, 1);
});

test('a store that is away is told, and the page is back with it, also where it is another file (view 5)', async (t) => {
  const told = `#!/bin/sh\n'${process.execPath}' '${join(dist, 'baton.cjs')}' "$@"\ncode=$?\necho $code >> "$HOME/exits"\nexit $code\n`;
  const role = await givenRole(t, 'witness', told);
  const { store: path } = role.town.paths;
  const setup = readSetup({ env: role.env, cwd: '/' });
  const watch = watchTown({ clock: systemClock }, setup);
  assert.equal((await watch.look()).kind, 'page');
  renameSync(path, `${path}.away`);
  const away = await watch.look();
  assert.ok(away.kind === 'away' && /there is no store at/.test(away.reason), JSON.stringify(away));
  assert.equal(await watch.look(), away);
  const { waitFor } = await play(t, role);
  await waitFor('The town cannot be read: there is no store at');
  await eventually(() => existsSync(join(role.town.dir, 'exits')), 'its start could not be reported');
  renameSync(`${path}.away`, path);
  assert.equal((await watch.look()).kind, 'page');
  await waitFor('POLECATS');
  await isPrimed(role);
});

for (const [signal, code] of [
  ['SIGINT', 0],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  test(`${signal} ends it with ${code}, also while its start is under way (view 6)`, async (t) => {
    const role = await givenRole(t, 'refinery', `#!/bin/sh\ntouch "$HOME/called"\nexec sleep 60\n`);
    const { child, exited, waitFor } = playInPipe(t, role);
    await waitFor('LAST LANDINGS');
    await eventually(() => existsSync(join(role.town.dir, 'called')), 'the start is reported');
    child.kill(signal);
    assert.deepEqual(await exited, [code, null]);
  });
}

test('what cannot be reported is told, and asked again only where that may help (view 1)', async (t) => {
  const later = `#!/bin/sh\n[ -e "$HOME/once" ] && { echo "$2" >> "$HOME/signals"; exit 0; }; touch "$HOME/once"; echo 'the store is locked' >&2; exit 5\n`;
  const [busy, replaced] = [await givenRole(t, 'refinery', later), await givenRole(t, 'refinery', `#!/bin/sh\necho 'you were replaced' >&2; exit 4\n`)];
  const first = playInPipe(t, busy);
  await first.waitFor('baton signal start: the store is locked');
  await eventually(() => existsSync(join(busy.town.dir, 'signals')), 'it is asked again');
  await playInPipe(t, replaced).waitFor('baton signal start: you were replaced');
});

test('a typed line is answered with what to type elsewhere, in a narrow pane too, and Ctrl-C ends it (view 4, 6)', async (t) => {
  const { tmux, paneId, screen, waitFor } = await play(t, await givenRole(t, 'refinery'), { width: 34, height: 24 });
  await waitFor('LAST LANDINGS');
  assert.match(await screen(), /^This role is played by Baton in\ncode; no model runs here\.$/m);
  assert.equal(await typeLine(tmux, { paneId, text: 'hello' }), 'typed');
  await waitFor('Nobody reads what is typed here.');
  await eventually(async () => !(await screen()).includes('hello'), 'the page is whole again');
  const { pid } = (await findPane(tmux, 'A')) ?? assert.fail();
  await tmux.run([['send-keys', '-t', paneId, 'C-c']]);
  await eventually(() => markOf(pid) === undefined, 'it has ended');
  const dead = await eventually(async () => {
    const pane = await findPane(tmux, 'A');
    return pane?.isDead && pane;
  }, 'the pane is dead');
  assert.equal(dead.deadStatus, 0);
  assert.equal((await captureScreen(tmux, paneId, { lines: 200 })).replace('\n', ''), 'view of app/refinery: ended by SIGINT');
});

test('outside of a session it says so and ends with exit 2 (view 1)', async (t) => {
  const role = await givenRole(t, 'refinery');
  const { exited, out } = playInPipe(t, { ...role, env: { ...role.env, BATON_SESSION: '' } });
  assert.deepEqual(await exited, [2, null]);
  assert.match(out(), /started outside of a session/);
});
