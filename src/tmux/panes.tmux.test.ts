import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { isFault } from '#base';
import { readEnvironmentOf } from '#host';
import { eventually } from '#host/testing';
import { createPane } from './create-pane.ts';
import { findPane, listPanes } from './list-panes.ts';
import type { Pane } from './model.ts';
import { captureScreen, clearHistory, removePane, setPaneOption } from './pane.ts';
import { respawnPane } from './respawn-pane.ts';
import { openTestChannel, startTestServer, type TestServer } from './testing.ts';
import { askTmux, type Tmux } from './tmux.ts';

/** Runs the test once by processes and once through the channel: each way keeps the same promises. */
function testBothWays(name: string, body: (t: TestContext, tmux: Tmux, server: TestServer) => Promise<void>): void {
  test(`by processes: ${name}`, async (t) => {
    const server = await startTestServer(t);
    await body(t, server.tmux, server);
  });
  test(`through the channel: ${name}`, async (t) => {
    const server = await startTestServer(t);
    await body(t, await openTestChannel(t, server), server);
  });
}

const sh = (script: string, ...words: string[]) => ['/bin/sh', '-c', script, 'sh', ...words];
const sleeper = { cwd: '/', env: {}, argv: ['sleep', '300'], mark: 'sess_1' };

async function getPane(tmux: Tmux, name: string): Promise<Pane> {
  return eventually(() => findPane(tmux, name), `the pane ${name}`);
}

async function getDeadPane(tmux: Tmux, name: string): Promise<Pane> {
  return eventually(async () => {
    const pane = await findPane(tmux, name);
    return pane?.isDead && pane;
  }, `the pane ${name} is dead`);
}

testBothWays('words, folder and environment are exactly those given, from the first instruction on (tmux 8)', async (_t, tmux, { dir, env: serverEnv }) => {
  const cwd = join(dir, 'a #(touch hacked) #{session_name} é');
  mkdirSync(cwd);
  const words = ['a b', "it's", '"$HOME"', '#{pane_id}', '#(touch hacked)', ';', 'a;', '', '~', 'zwei\nZeilen 😀', '{}'];
  const env = {
    PATH: '/mine:/usr/bin:/bin',
    SHELL: '/bin/zz',
    A: "x; 'y' $HOME #{z} ~\n😀",
    EMPTY: '',
    TERM: 'kitty',
    TMUX: 'x,1,2',
    TMUX_PANE: '%99',
    BATON_SESSION: 'sess_1',
  };
  const file = join(dir, 'words');
  await createPane(tmux, {
    name: 'A',
    cwd,
    env,
    mark: 'sess_1',
    argv: sh('f=$1; shift; printf "%s\\0" "$PWD" "$(tty)" "$@" > "$f.tmp"; mv "$f.tmp" "$f"; exec sleep 300', file, ...words),
  });
  await eventually(() => existsSync(file), 'the words');
  const [folder, tty, ...arrived] = readFileSync(file, 'utf8').split('\0').slice(0, -1);
  assert.deepEqual([folder, arrived], [cwd, words]);
  assert.match(tty ?? '', /^\/dev\//);
  const pane = await getPane(tmux, 'A');
  const seen = await eventually(() => readEnvironmentOf(pane.pid), 'the program replaces its shell');
  const { PWD, TERM, TMUX, TMUX_PANE, TERM_PROGRAM: _, TERM_PROGRAM_VERSION: __, ...rest } = seen;
  assert.deepEqual([PWD, TERM, TMUX_PANE], [cwd, 'screen-256color', pane.paneId]);
  assert.match(TMUX ?? '', /^\//);
  assert.deepEqual(rest, { ...serverEnv, PATH: env.PATH, SHELL: env.SHELL, A: env.A, EMPTY: '', BATON_SESSION: 'sess_1' });
  assert.ok(!existsSync(join(dir, 'hacked')) && !existsSync(join(cwd, 'hacked')) && !existsSync('/hacked'));
});

testBothWays('a single word is a program, not a line for a shell (tmux 8)', async (_t, tmux, { dir }) => {
  const argv = ['touch hacked; sleep 300'];
  await createPane(tmux, { name: 'A', cwd: dir, env: {}, mark: 'm', argv });
  assert.equal((await getDeadPane(tmux, 'A')).deadStatus, 127);
  assert.equal(existsSync(join(dir, 'hacked')), false);
});

testBothWays('a prompt of any length is one word (tmux 1, 8)', async (_t, tmux, { dir }) => {
  const prompt = `${'zwölf "Zeilen"\n'.repeat(6000)}end`;
  const file = join(dir, 'prompt');
  await createPane(tmux, {
    name: 'A',
    cwd: dir,
    env: { LONG: prompt },
    mark: 'm',
    argv: sh('printf %s "$1" > "$2.tmp"; printf "|%s" "$LONG" >> "$2.tmp"; mv "$2.tmp" "$2"', prompt, file),
  });
  await eventually(() => existsSync(file), 'the prompt');
  assert.equal(readFileSync(file, 'utf8'), `${prompt}|${prompt}`);
});

testBothWays('a pane has its size, its mark and no person; a missing folder starts nothing (tmux 8, 11)', async (_t, tmux, { dir }) => {
  const paneId = await createPane(tmux, { name: 'A', ...sleeper, width: 91, height: 33 });
  const pane = await eventually(async () => {
    const found = await findPane(tmux, 'A');
    return found?.currentCommand === 'sleep' && found;
  }, 'sleep runs');
  assert.deepEqual(pane, {
    ...{ paneId, session: 'A', pid: pane.pid, isDead: false, deadStatus: undefined, deadSignal: undefined, deadAt: undefined, mark: 'sess_1' },
    ...{ isPersonAttached: false, inMode: false, currentCommand: 'sleep', width: 91, height: 33 },
  });
  await assert.rejects(createPane(tmux, { name: 'B', ...sleeper, cwd: join(dir, 'none') }), (error) => isFault(error, 'not-found'));
  assert.equal((await listPanes(tmux)).length, 1);
});

testBothWays('names are exact, case and all, and a taken one is a conflict that changes nothing (tmux 7)', async (_t, tmux) => {
  await createPane(tmux, { name: 'gt-Toast', ...sleeper });
  assert.equal(await findPane(tmux, 'gt-To'), undefined);
  assert.equal(await findPane(tmux, 'gt-toast'), undefined);
  await createPane(tmux, { name: 'gt-To', ...sleeper, mark: 'sess_2' });
  await createPane(tmux, { name: 'gt-toast', ...sleeper, mark: 'sess_3' });
  await assert.rejects(
    createPane(tmux, { name: 'gt-Toast', ...sleeper, mark: 'sess_9' }),
    (error) => isFault(error, 'conflict') && /gt-Toast/.test(error.message),
  );
  const marks = (await listPanes(tmux)).map(({ session, mark }) => `${session} ${mark}`).sort();
  assert.deepEqual(marks, ['gt-To sess_2', 'gt-Toast sess_1', 'gt-toast sess_3']);
  for (const name of ['baton-channel', 'a.b', '#(id)', '']) {
    await assert.rejects(createPane(tmux, { name, ...sleeper }), (error) => isFault(error, 'invalid'));
  }
});

testBothWays('thirty panes created at once are thirty panes (tmux 2)', async (_t, tmux) => {
  const names = Array.from({ length: 30 }, (_, at) => `ap-P${at}`);
  const ids = await Promise.all(names.map((name) => createPane(tmux, { name, ...sleeper, env: { NAME: name }, mark: `sess_${name}` })));
  assert.equal(new Set(ids).size, 30);
  const panes = await listPanes(tmux);
  assert.deepEqual(panes.map(({ session, mark }) => [session, mark]).sort(), names.map((name) => [name, `sess_${name}`]).sort());
  for (const { pid, session } of panes) await eventually(() => readEnvironmentOf(pid)?.NAME === session, `the environment of ${session}`);
});

testBothWays('a death is told with its status or signal and its time (tmux 10)', async (_t, tmux) => {
  const before = Date.now();
  await createPane(tmux, { name: 'exits', ...sleeper, argv: sh('exit 7') });
  await createPane(tmux, { name: 'killed', ...sleeper, argv: sh('kill -9 $$') });
  await createPane(tmux, { name: 'holds', ...sleeper, argv: sh('trap "" HUP; sleep 300 & exit 0') });
  const [exits, killed, holds] = [await getDeadPane(tmux, 'exits'), await getDeadPane(tmux, 'killed'), await getDeadPane(tmux, 'holds')];
  assert.deepEqual([exits.deadStatus, exits.deadSignal], [7, undefined]);
  assert.deepEqual([killed.deadStatus, killed.deadSignal], [undefined, 'SIGKILL']);
  assert.equal(holds.deadStatus, 0);
  for (const { deadAt } of [exits, killed]) assert.ok(deadAt !== undefined && deadAt >= before - 1000 && deadAt <= Date.now() + 1000);
});

testBothWays('every quick death is told, one after the other, with nothing else going on (tmux 10)', async (_t, tmux) => {
  for (let at = 0; at < 30; at += 1) {
    await createPane(tmux, { name: `quick${at}`, ...sleeper, argv: sh('exit 3') });
    assert.equal((await getDeadPane(tmux, `quick${at}`)).deadStatus, 3);
  }
});

testBothWays('a dead pane starts again with its id and name, an empty screen and nothing of the earlier program (tmux 9)', async (_t, tmux, { dir }) => {
  const first = {
    cwd: dir,
    env: { OLD: 'old', BOTH: 'old', PATH: '/old:/usr/bin:/bin' },
    mark: 'sess_1',
    // tmux may lose what is printed in the moment of the death.
    argv: sh('seq 1 200; printf "\\033[?1049hALTERNATE"; exec sleep 300'),
  };
  const paneId = await createPane(tmux, { name: 'A', ...first });
  await eventually(async () => (await captureScreen(tmux, paneId)).endsWith('ALTERNATE'), 'the output');
  process.kill((await getPane(tmux, 'A')).pid, 'SIGKILL');
  await getDeadPane(tmux, 'A');
  assert.match(await captureScreen(tmux, paneId, { lines: 500 }), /^1\n2\n[\s\S]*ALTERNATE$/);
  await respawnPane(tmux, {
    paneId,
    cwd: '/usr',
    env: { BOTH: 'new', NEW: 'new', PATH: '/new:/usr/bin:/bin' },
    mark: 'sess_2',
    argv: sh('echo fresh; pwd; exec sleep 300'),
  });
  await eventually(async () => (await captureScreen(tmux, paneId)) === 'fresh\n/usr', 'the new program');
  assert.equal(await captureScreen(tmux, paneId, { lines: 500 }), 'fresh\n/usr');
  const pane = await getPane(tmux, 'A');
  assert.deepEqual([pane.paneId, pane.isDead, pane.deadSignal, pane.mark], [paneId, false, undefined, 'sess_2']);
  const { OLD, BOTH, NEW, PATH } = readEnvironmentOf(pane.pid) ?? {};
  assert.deepEqual([OLD, BOTH, NEW, PATH], [undefined, 'new', 'new', '/new:/usr/bin:/bin']);
});

testBothWays('a pane that lives is not started again: it keeps its program, its mark and its history (tmux 9)', async (_t, tmux) => {
  const paneId = await createPane(tmux, { name: 'A', ...sleeper, argv: sh('seq 1 200; exec sleep 300') });
  await eventually(async () => (await captureScreen(tmux, paneId)).endsWith('200'), 'the output');
  const pane = await getPane(tmux, 'A');
  await assert.rejects(respawnPane(tmux, { paneId, ...sleeper, mark: 'sess_2' }), (error) => isFault(error, 'conflict'));
  assert.deepEqual({ ...(await getPane(tmux, 'A')), currentCommand: '' }, { ...pane, currentCommand: '' });
  assert.match(await captureScreen(tmux, paneId, { lines: 500 }), /^1\n2\n/);
  await assert.rejects(respawnPane(tmux, { paneId: '%999', ...sleeper }), (error) => isFault(error, 'not-found'));
});

testBothWays('a program that lets go of its terminal and lives is not dead, and its pane is not started again (tmux 9, 10)', async (_t, tmux) => {
  const paneId = await createPane(tmux, { name: 'A', ...sleeper, argv: sh('trap "" HUP; exec sleep 300 <&- >&- 2>&-') });
  await eventually(async () => (await askTmux(tmux, [['list-panes', '-t', paneId, '-F', '#{pane_dead}']])) === '1', 'tmux calls it dead');
  const pane = await getPane(tmux, 'A');
  assert.equal(pane.isDead, false);
  await assert.rejects(respawnPane(tmux, { paneId, ...sleeper, mark: 'sess_2' }), (error) => isFault(error, 'conflict'));
  process.kill(pane.pid, 'SIGKILL');
  assert.equal((await getDeadPane(tmux, 'A')).deadSignal, 'SIGKILL');
});

testBothWays('only a dead pane is removed (tmux 12)', async (_t, tmux) => {
  const alive = await createPane(tmux, { name: 'alive', ...sleeper });
  const dead = await createPane(tmux, { name: 'dead', ...sleeper, argv: ['true'] });
  await getDeadPane(tmux, 'dead');
  await removePane(tmux, dead);
  await assert.rejects(removePane(tmux, alive), (error) => isFault(error, 'conflict'));
  await assert.rejects(removePane(tmux, dead), (error) => isFault(error, 'not-found'));
  assert.deepEqual(
    (await listPanes(tmux)).map(({ session }) => session),
    ['alive'],
  );
});

testBothWays('a screen is read as it stands, options are set and unset, history is cleared', async (_t, tmux) => {
  const paneId = await createPane(tmux, {
    name: 'A',
    ...sleeper,
    height: 5,
    argv: sh('printf "1\\n2\\n3\\n4\\n5\\n  sechs é😀 \\"#{x}\\"\\n%%end 1 2 1\\n"; exec sleep 300'),
  });
  await eventually(async () => (await captureScreen(tmux, paneId)).includes('%end'), 'the screen');
  assert.equal(await captureScreen(tmux, paneId), '4\n5\n  sechs é😀 "#{x}"\n%end 1 2 1');
  assert.equal(await captureScreen(tmux, paneId, { lines: 2 }), '2\n3\n4\n5\n  sechs é😀 "#{x}"\n%end 1 2 1');
  await clearHistory(tmux, paneId);
  assert.equal(await captureScreen(tmux, paneId, { lines: 99 }), '4\n5\n  sechs é😀 "#{x}"\n%end 1 2 1');
  await assert.rejects(captureScreen(tmux, '%999'), (error) => isFault(error, 'not-found'));
  await setPaneOption(tmux, paneId, '@baton_note', 'a "b" #{c}');
  assert.equal(await askTmux(tmux, [['show-options', '-pv', '-t', paneId, '@baton_note']]), 'a "b" #{c}');
  await setPaneOption(tmux, paneId, '@baton_note', undefined);
  assert.equal(await askTmux(tmux, [['show-options', '-pqv', '-t', paneId, '@baton_note']]), '');
});

testBothWays('an odd program name, a foreign mark and copy mode do not confuse the list (tmux 6)', async (_t, tmux) => {
  const paneId = await createPane(tmux, { name: 'A', ...sleeper, argv: ['bash', '-c', "exec -a $'p:%9:x\\nna|me' sleep 300"] });
  await setPaneOption(tmux, paneId, '@baton_session', 'a:b\nc');
  await askTmux(tmux, [['copy-mode', '-t', paneId]]);
  const pane = await eventually(async () => {
    const found = await findPane(tmux, 'A');
    return found?.currentCommand.includes('na') && found;
  }, 'the odd name');
  assert.deepEqual([pane.currentCommand, pane.mark, pane.inMode], ['p__9_x_na_me', 'a_b_c', true]);
});
