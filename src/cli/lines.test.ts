import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import { openApp } from '#app';
import { type Played, playLine, splitWords } from './testing.ts';

/** A folder with a home, a repository and a town, in which lines are played with the real App, real SQLite and real git. */
let dir = '';
let town = '';
before(async () => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'baton-lines-')));
  mkdirSync(join(dir, 'home'));
  town = join(dir, 'town');
  makeRepository(join(dir, 'code'));
  await good('init town', dir);
  await good(`rig add app ${join(dir, 'code')}`, town);
  await good('crew add max --rig app', town);
});
after(() => rmSync(dir, { recursive: true, force: true }));

function makeRepository(path: string): void {
  const git = (...words: string[]) =>
    execFileSync('git', ['-C', path, '-c', 'user.name=Test', '-c', 'user.email=test@example.org', ...words], { stdio: 'ignore' });
  mkdirSync(path);
  git('init', '-b', 'main');
  writeFileSync(join(path, 'README.md'), '# Code\n');
  git('add', '.');
  git('commit', '-m', 'First');
}

function play(line: string, cwd = dir, stdin?: string): Promise<Played> {
  const env = { HOME: join(dir, 'home'), PATH: process.env.PATH ?? '' };
  return playLine(splitWords(line), { openApp, env, cwd, ...(stdin === undefined ? {} : { stdin }) });
}

async function good(line: string, cwd = town, stdin?: string): Promise<string> {
  const { exit, out, err } = await play(line, cwd, stdin);
  assert.deepEqual([exit, err], [0, ''], line);
  return out;
}

async function json<A>(line: string, cwd = town): Promise<A> {
  return JSON.parse(await good(`${line} --json`, cwd)) as A;
}

async function fails(line: string, cwd = town): Promise<{ exit: number; message: string; hint: string | undefined }> {
  const { exit, out, err } = await play(`${line} --json`, cwd);
  assert.equal(out, '', line);
  const { fault } = JSON.parse(err) as { fault: { kind: string; message: string; hint?: string } };
  return { exit, message: fault.message, hint: fault.hint };
}

const newBead = async (title: string) => (await good(`bead create "${title}" --quiet`)).trim();

describe('the town', () => {
  it('is found from any folder inside it, by --town and by BATON_TOWN (cli 10)', async () => {
    for (const [line, cwd] of [
      ['rig list --quiet', join(town, 'app', 'crew', 'max')],
      [`rig list --quiet --town ${town}`, dir],
      ['rig list --quiet', town],
    ] as const)
      assert.equal(await good(line, cwd), 'app\n');
    const named = await playLine(['rig', 'list', '--quiet'], { openApp, env: { BATON_TOWN: town, HOME: dir }, cwd: '/' });
    assert.equal(named.out, 'app\n');
  });

  it('is asked for where there is none, and nothing is made (cli 10)', async () => {
    const { exit, message, hint } = await fails('bead list', dir);
    assert.deepEqual([exit, message], [3, `"${dir}" is in no town`]);
    assert.match(hint ?? '', /baton init/);
    assert.deepEqual(readdirSync(join(dir, 'home')), []);
  });

  it("is the person's own for what works without one (cli 10)", async () => {
    const status = await json<{ root: string }>('status', dir);
    assert.equal(status.root, join(dir, 'home', '.local/share/baton'));
    assert.match(await good('config get default_agent', dir), /default_agent = claude/);
  });

  it('is made once; a second `init` changes nothing and says so (cli 11)', async () => {
    assert.match(await good('init town', dir), /already/);
    assert.equal((await fails('init town/inner', dir)).exit, 4);
  });
});

describe('beads', () => {
  it('are made, shown, listed, changed and ended (cli 11)', async () => {
    const bead = await json<{ id: string; status: string; priority: number; rig: string | null; labels: string[] }>(
      'bead create --title "Fix the login" --priority P1 --rig app --label auth --label web',
    );
    assert.match(bead.id, /^ap-[0-9a-z]{5}$/);
    assert.deepEqual([bead.status, bead.priority, bead.rig, bead.labels], ['open', 1, 'app', ['auth', 'web']]);
    assert.match(await good(`bead show ${bead.id}`), new RegExp(`^${bead.id} {2}○ open {2}Fix the login\n`));
    assert.match(await good('bead list --rig app'), /ID +P +STATUS +AGENT +TITLE\n/);
    assert.equal((await json<{ priority: number }>(`bead update ${bead.id} --priority 0 --label later --remove-label web`)).priority, 0);
    await good(`bead note ${bead.id} --stdin`, town, 'it is in auth.ts\n');
    assert.match(await good(`bead show ${bead.id}`), /1 note\n.*overseer\n {4}it is in auth\.ts/s);
    assert.match(await good(`bead close ${bead.id} --reason "done by hand"`), /■ done/);
    assert.doesNotMatch(await good('bead list'), new RegExp(bead.id));
    assert.match(await good('bead list --all'), new RegExp(bead.id));
    assert.match(await good(`bead reopen ${bead.id}`), /○ open/);
    assert.match(await good(`bead drop ${bead.id}`), /■ dropped/);
  });

  it('belong to the rig in whose folder they are made, else to the town (cli 11)', async () => {
    assert.match(await good('bead create "In the worktree" --quiet', join(town, 'app', 'crew', 'max')), /^ap-/);
    assert.match(await good('bead create "In the town" --quiet'), /^hq-/);
  });

  it('wait for what they need, and are ready after it (cli 11)', async () => {
    const [first, second] = [await newBead('First of two'), await newBead('Second of two')];
    await good(`bead dep add ${second} ${first}`);
    assert.doesNotMatch(await good('bead ready --quiet'), new RegExp(second));
    assert.equal((await fails(`bead dep add ${first} ${second}`)).exit, 4);
    assert.match(await good(`bead close ${first}`), new RegExp(`now unblocked: ${second}`));
    assert.match(await good('bead ready --quiet'), new RegExp(second));
  });

  it('are named by a unique beginning of their id; an ambiguous one is a conflict that lists candidates (cli 11)', async () => {
    const bead = await newBead('By its beginning');
    assert.equal((await json<{ bead: { id: string } }>(`bead show ${bead.slice(0, -1)}`)).bead.id, bead);
    assert.equal((await fails('bead show hq-')).exit, 4);
    assert.equal((await fails('bead show nothing')).exit, 3);
  });

  it('refuse what is wrong with exit code 2 (cli 11)', async () => {
    for (const line of [
      'bead create',
      'bead create one --title two',
      'bead create "  "',
      'bead create x --priority P9',
      'bead create x --type "Not A Type"',
      'bead create x --estimate 0',
    ])
      assert.equal((await fails(line)).exit, 2, line);
    assert.equal((await fails('bead create x --rig nowhere')).exit, 3);
    assert.equal((await fails('bead create x --assignee nobody')).exit, 3);
  });
});

describe('hooks and molecules', () => {
  it('take a bead through its steps, each answered with the next (cli 11)', async () => {
    mkdirSync(join(town, 'formulas'), { recursive: true });
    writeFileSync(
      join(town, 'formulas', 'two.toml'),
      'formula = "two"\ndescription = "Two steps"\nversion = "1"\n[[steps]]\nid = "one"\ntitle = "The first"\n[[steps]]\nid = "two"\ntitle = "The second"\nneeds = ["one"]\n',
    );
    const max = join(town, 'app', 'crew', 'max');
    const bead = await newBead('Two steps');
    await good(`hook ${bead}`, max);
    await good('mol pour two', max);
    assert.match(await good('mol status', max), /● step-1: one +← current\n {2}○ step-2: two/);
    assert.equal((await json<{ kind: string; step: { id: string } }>('mol current', max)).step.id, 'one');
    assert.match(await good('mol step done', max), /step one is done\n\nStep 2: two {2}The second/);
    assert.equal((await fails('mol step done one', max)).exit, 4);
    assert.match(await good('mol step skip two --reason "not needed"', max), /every step is closed/);
    assert.equal((await json<{ kind: string }>('mol current', max)).kind, 'complete');
    assert.equal(await good('mol progress', max), '2 of 2 steps closed\n');
    assert.match(await good('hook', max), new RegExp(`On the hook of app/crew/max:\n${bead}`));
    const other = await newBead('Another');
    const { exit, message } = await fails(`hook ${other}`, max);
    assert.deepEqual([exit, message.includes(bead)], [4, true]);
    assert.match(await good('unhook --reason "enough"', max), /off the hook of app\/crew\/max/);
    assert.match(await good('hook', max), /Nothing hangs/);
  });

  it('tell that there is nothing on a hook as an answer, and refuse what needs a molecule (cli 11)', async () => {
    const max = join(town, 'app', 'crew', 'max');
    for (const line of ['mol status', 'mol progress', 'mol status app/crew/max', 'hook'])
      assert.match(await good(line, max), /^Nothing hangs on the hook of app\/crew\/max\.\n$/, line);
    assert.deepEqual(await json('mol status', max), { kind: 'empty', agent: 'app/crew/max' });
    assert.equal(await good('mol status --quiet', max), '');
    assert.equal((await fails('mol burn', max)).exit, 3);
    const bead = await newBead('Without steps');
    assert.equal((await fails(`mol status ${bead}`, max)).exit, 3);
    await good(`hook ${bead}`, max);
    assert.match(await good('mol status', max), new RegExp(`^${bead} on the hook of app/crew/max has no molecule: `));
    assert.deepEqual(await json('mol progress', max), { kind: 'bare', agent: 'app/crew/max', bead });
    await good('unhook', max);
  });

  it('tell formulas, and what is wrong with one (cli 11)', async () => {
    writeFileSync(
      join(town, 'formulas', 'circle.toml'),
      'formula = "circle"\nversion = "1"\n[[steps]]\nid = "a"\ntitle = "A"\nneeds = ["b"]\n[[steps]]\nid = "b"\ntitle = "B"\nneeds = ["a"]\n',
    );
    assert.match(await good('formula list'), /circle +town .*✕ /);
    assert.match(await good('formula show work'), /^work {2}built-in\/work\.toml/);
    assert.match(await good('formula check two'), /■ sound/);
    assert.equal((await fails('formula check circle')).exit, 2);
    assert.equal((await fails('formula show nothing')).exit, 3);
    rmSync(join(town, 'formulas', 'circle.toml'));
  });
});

describe('messages', () => {
  it('go to addresses as people type them, and to the person (cli 11)', async () => {
    const id = (await good('mail send mayor/ -s "Login is done" -m "Landed." --quiet')).trim();
    assert.match(await good('mail inbox mayor'), new RegExp(`${id} +● unread +overseer`));
    await good('mail send --human -s "Which database?" -m "Both would do."');
    assert.match(await good('mail check'), /^You have 1 unread message/);
    const mine = (await good('mail inbox --quiet')).trim();
    assert.match(await good(`mail read ${mine}`), /Which database\?\n\nBoth would do\./);
    assert.equal(await good('mail check'), 'no unread mail\n');
    assert.equal(await good('mail check --inject'), '');
  });

  it('are answered in their thread, taken up, put away and found again; their sender sees what became of them (cli 11)', async () => {
    const id = (await good('mail send overseer -s "Second beam" -m "It is rotten." --quiet')).trim();
    assert.match(await good('mail inbox --sent'), new RegExp(`${id} +○ accepted +overseer`));
    const answer = (await good(`mail reply ${id} "Replace it." --quiet`)).trim();
    assert.match(await good(`mail thread ${id}`), /It is rotten\.[\s\S]*Re: Second beam\n\nReplace it\./);
    assert.match(await good(`mail ack ${id}`), new RegExp(`^acked: ${id}`));
    assert.match(await good(`mail ack ${id}`), new RegExp(`^already: ${id}`));
    assert.match(await good('mail inbox --sent'), new RegExp(`${id} +✓ acked +overseer`));
    assert.match(await good(`mail archive ${id} ${answer}`), /archived/);
    assert.ok(!(await good('mail inbox --quiet')).includes(id));
    assert.ok((await good('mail inbox --all --quiet')).includes(id));
    assert.match(await good('mail search rotten'), new RegExp(`${id} .*It is rotten`));
    assert.equal(await good('mail archive --stale'), 'nothing to put away\n');
    for (const [line, exit] of [
      ['mail archive', 2],
      [`mail archive ${id} --read`, 2],
      [`mail reply ${id}`, 2],
      ['mail ack mail-zzzzz', 3],
      ['mail ack ho-zzzzz', 1],
      ['mail thread mail-zzzzz', 3],
      ['mail search " "', 2],
    ] as const)
      assert.equal((await fails(line)).exit, exit, line);
  });

  it('go to a group, one each in one thread, and nowhere else (cli 11)', async () => {
    const sent = await json<{ group: string; thread: string; mails: { recipient: string; thread: string }[] }>('mail send @crew -s "Freeze at noon"');
    assert.deepEqual([sent.group, sent.mails.map(({ recipient }) => recipient)], ['@crew', ['app/crew/max']]);
    assert.match(await good('mail send @rig/app -s Hello'), /^sent to \d addresses of @rig\/app\n/);
    assert.deepEqual(await fails('mail send @crews -s x'), { exit: 3, message: 'there is no group "@crews"', hint: 'did you mean "@crew"?' });
    assert.equal((await fails('mail send @polecats -s x')).exit, 3, 'nobody is in it');
    assert.equal((await fails('mail send @rig/nowhere -s x')).exit, 3);
  });

  it('that are nudges are refused where they could not arrive as they are, or nobody lives (cli 11)', async () => {
    for (const [line, exit, words] of [
      ['nudge app/crew/max hello', 3, /no live session/],
      ['nudge app/crew/max', 2, /TEXT is missing/],
      ['nudge app/crew/max hello --stdin', 2, /given twice/],
      ['nudge nobody hello', 3, /nobody/],
      ['nudge show nu-zzzzz', 3, /no nudge/],
      ['broadcast hello', 3, /nobody lives/],
      ['broadcast hello --all --role crew', 2, /only "crew"/],
      ['broadcast', 2, /TEXT is missing/],
    ] as const) {
      const refused = await fails(line);
      assert.equal(refused.exit, exit, line);
      assert.match(refused.message, words);
    }
    const { exit, err } = await play('nudge app/crew/max --stdin', town, 'a\u001B[2Jb\n');
    assert.deepEqual([exit, /U\+001B at place 2/.test(err)], [2, true]);
    assert.equal(await good('nudge list'), 'no nudges\n');
  });

  it('refuse an unknown address, none, and two (cli 11)', async () => {
    assert.equal((await fails('mail send nobody -s x')).exit, 3);
    assert.equal((await fails('mail send -s x')).exit, 2);
    assert.equal((await fails('mail send mayor --human -s x')).exit, 2);
  });

  it('escalate with words as they stand, and are seen and closed (cli 11)', async () => {
    const id = (await good('escalate -s high The schema breaks: go on? --quiet')).trim();
    assert.match(await good('escalate list'), new RegExp(`${id} +high +● open +human .*The schema breaks: go on\\?`));
    await good(`escalate ack ${id}`);
    assert.match(await good('escalate list'), /◐ seen/);
    await good(`escalate close ${id}`);
    assert.equal(await good('escalate list'), 'nothing is escalated\n');
    const once = await good('escalate --incident login:mayor Which branch? --quiet');
    assert.match(await good('escalate --incident login:mayor Which branch? --json'), /"kind": ?"already"/);
    assert.equal(await good('escalate list --quiet'), once);
    await good(`escalate close ${once.trim()}`);
  });
});

describe('settings', () => {
  it('are told with where they come from, and changed in their file alone (cli 11)', async () => {
    assert.equal(await good('config get rounds.witness'), 'rounds.witness = 15  (default)\n');
    assert.equal(await good('config set rounds.witness 20'), 'rounds.witness = 20  (baton.toml)\n');
    assert.match(readFileSync(join(town, 'baton.toml'), 'utf8'), /^witness = 20$/m);
    assert.match(await good('config list'), /SETTING +VALUE +FROM\n/);
    assert.equal(await good('config set formula tdd --rig app'), 'formula = tdd  (app/rig.toml)\n');
    assert.equal(await good('config polecat-agent runbook'), 'polecat_agent = runbook  (baton.toml)\n');
  });

  it('that name a runtime take only one that there is, and say who plays a role and why (cli 11)', async () => {
    const unknown = await fails('config default-agent runbok');
    assert.deepEqual([unknown.exit, unknown.message], [3, 'there is no runtime "runbok"']);
    assert.match(unknown.hint ?? '', /did you mean "runbook"/);
    assert.equal((await fails('config polecat-agent Odd:Name')).exit, 3);
    await good('config set runtimes.mine.command mine,--fast');
    assert.equal(await good('config default-agent mine'), 'default_agent = mine  (baton.toml)\n');
    await good('config default-agent runbook');
    assert.match(await good('config role-agent witness'), /^witness = view {2}\(roles\.witness\.mode, default \(code\)\)\n$/);
    assert.equal(await good('config role-agent witness runbook --rig app'), 'witness = runbook  (roles.witness.runtime, app/rig.toml)\n');
    assert.equal((await fails('config role-agent mayor nobody')).exit, 3);
    assert.equal((await fails('config role-agent overseer runbook')).exit, 2);
  });

  it('are never written where they would contradict each other, or are unknown (cli 11)', async () => {
    const text = readFileSync(join(town, 'baton.toml'), 'utf8');
    assert.equal((await fails('config set context.cycle 10')).exit, 2);
    assert.equal((await fails('config set context.suggest 99')).exit, 2);
    const { exit, hint } = await fails('config set rounds.witnes 3');
    assert.deepEqual([exit, /rounds\.witness/.test(hint ?? '')], [2, true]);
    assert.equal(readFileSync(join(town, 'baton.toml'), 'utf8'), text);
  });
});

describe('rigs and crew', () => {
  it('are added, shown and removed (cli 11)', async () => {
    await good(`rig create notes --prefix no ${join(dir, 'code')}`);
    assert.match(await good('rig show notes'), /target +main at [0-9a-f]{10}\n.*■ only Baton moves the target/s);
    assert.match(await good('rig sync notes'), /nothing new; main is up to date/);
    assert.equal((await fails('rig publish notes')).exit, 2);
    assert.match(await good('crew add ann --rig notes'), /^notes\/crew\/ann works in /);
    assert.ok(existsSync(join(town, 'notes', 'crew', 'ann', 'README.md')));
    assert.equal((await fails('crew add ann --rig notes')).exit, 4);
    assert.match(await good('crew remove ann --rig notes'), /^removed notes\/crew\/ann/);
    assert.match(await good('rig remove notes'), /^removed notes\n {2}its folder is kept in /);
    assert.equal(await good('rig list --quiet'), 'app\n');
  });

  it('refuse names that are taken, or that would leave the town (cli 11)', async () => {
    assert.equal((await fails(`rig add app ${join(dir, 'code')}`)).exit, 4);
    assert.equal((await fails(`rig add ../out ${join(dir, 'code')}`)).exit, 2);
    assert.equal((await fails(`rig add other ${join(dir, 'nowhere')}`)).exit > 0, true);
    assert.equal((await fails('crew add ../../x --rig app')).exit, 2);
  });
});

describe("the daemon's log", () => {
  const log = () => join(town, '.baton/logs/daemon.log');
  const record = (message: string) => `{"ts":"2026-11-21T09:30:05Z","level":"error","message":"${message}"}\n`;

  it('is told in words, and with --json as it was written (cli 5)', async () => {
    mkdirSync(join(town, '.baton/logs'), { recursive: true });
    writeFileSync(log(), `${record('first')}Killed\n${record('third')}{"half`);
    assert.match(await good('logs'), /^2026-11-2\d \d\d:30:05 {2}error {2}first\nKilled\n2026-11-2\d \d\d:30:05 {2}error {2}third\n$/);
    assert.equal(await good('logs --json'), `${record('first')}{"message":"Killed"}\n${record('third')}`);
    assert.equal(await good('logs --json -n 1'), record('third'));
  });

  it('is followed from its last line on, in words and as it was written (cli 5)', async () => {
    for (const [more, shown] of [
      ['', / error {2}later\n$/],
      ['--json', /^\{"ts":.*"later"\}\n$/],
    ] as const) {
      writeFileSync(log(), record('before'));
      const stop = new AbortController();
      const env = { HOME: join(dir, 'home'), PATH: process.env.PATH ?? '' };
      const onOut = (out: string) => (out.includes('later') ? stop.abort() : out.includes('before') && appendFileSync(log(), record('later')));
      const { out, exit } = await playLine(splitWords(`logs -f -n 1 ${more}`), { openApp, env, cwd: town, signal: stop.signal, onOut });
      assert.equal(exit, 130);
      assert.match(out.slice(out.indexOf('\n') + 1), shown);
    }
    rmSync(log());
  });
});

describe('the journal', () => {
  it('is told raw and in short lines, and from a number on (cli 11)', async () => {
    const lines = (await good('events --json')).trim().split('\n');
    const events = lines.map((line) => JSON.parse(line) as { seq: number; type: string; actor: string });
    assert.ok(events.some(({ type, actor }) => type === 'rig_added' && actor === 'overseer'));
    const last = events.at(-1)?.seq ?? 0;
    assert.equal((await good(`events --since ${last - 1} --quiet`)).trim(), String(last));
    const bead = await newBead('For the feed');
    assert.match(await good(`feed --bead ${bead}`), new RegExp(`● overseer {2}bead created {2}${bead} · For the feed\n$`));
    assert.match(await good('events --type bead_created -n 1'), /bead_created {2}hq-\w+ {2}by overseer/);
    assert.equal((await good('feed -n 3')).trim().split('\n').length, 3);
  });

  it('is followed from now on until told to end (cli 11)', async () => {
    const end = new AbortController();
    const onOut = (out: string) => (out.trim().split('\n').length === 2 ? end.abort(130) : undefined);
    const following = playLine(['events', '--follow', '-n', '1', '--type', 'mail', '--json'], {
      openApp,
      env: { HOME: dir },
      cwd: town,
      signal: end.signal,
      onOut,
    });
    await good('mail send mayor -s "While following"');
    const { exit, out } = await following;
    const seqs = out
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { seq: number }).seq);
    assert.deepEqual([exit, seqs.length, new Set(seqs).size], [130, 2, 2]);
  });
});

describe('a word that names nobody', () => {
  it('is not found, and says what it could have named (cli 11)', async () => {
    for (const [line, ...says] of [
      ['handoff ap-zzzzz', 'no agent "ap-zzzzz", and no bead', 'bead list'],
      ['seance --role nonsense', '"nonsense"', 'polecat'],
      ['seance --rig nonsense', '"nonsense"', 'rig list'],
    ] as const) {
      const { exit, message, hint } = await fails(line);
      assert.deepEqual([exit, says.filter((word) => !`${message} ${hint}`.includes(word))], [3, []], line);
    }
    assert.equal(await good('seance --role polecat --rig app --quiet'), '');
  });
});

describe('the crew', () => {
  it('is stopped by name, or all of it; one of both has to be said (cli 11)', async () => {
    assert.match(await good('crew stop --all'), /^○ did not run: app\/crew\/max$/m);
    assert.deepEqual([(await fails('crew stop')).exit, (await fails('crew stop max --all')).exit], [2, 2]);
  });

  it("is added with a worktree that the rig's setup has prepared, or not at all (cli 11)", async () => {
    await good(`config set setup '["echo ready > prepared", "exit 3"]' --rig app`);
    const { exit, message } = await fails('crew add zoe --rig app');
    assert.deepEqual([exit, /"exit 3"/.test(message)], [5, true]);
    await good(`config set setup '["echo ready > prepared"]' --rig app`);
    await good('crew add zoe --rig app');
    assert.equal(readFileSync(join(town, 'app/crew/zoe/prepared'), 'utf8'), 'ready\n');
    await good('config set setup [] --rig app');
  });
});

describe('the Key Record Chronicle', () => {
  /** Events of the past, as if they had been written then. */
  const seed = (count: number, type: string, days: number) => {
    const store = new DatabaseSync(join(town, '.baton', 'town.db'));
    const insert = store.prepare("insert into events (at, type, actor, payload) values (?, ?, 'daemon', '{}')");
    for (let i = 0; i < count; i += 1) insert.run(Date.now() - days * 86_400_000, type);
    store.close();
  };

  it('tells how long each type is kept, as the settings say, and what it is worth (cli 11)', async () => {
    await good('config set krc.ttl.merge_* 20d');
    await good('config set krc.ttl.default 5d');
    const text = await good('krc config');
    assert.match(text, /^merge_\* +20d +flat +baton\.toml$/m);
    assert.match(text, /^escalation_\* +5d +slow +baton\.toml$/m);
    assert.match(text, /^patrol_\* +1d +rapid +default$/m);
    assert.match(text, /newest 100 events always stay \(krc\.keep, default\)/);
    assert.match(await good('krc decay merge_failed'), /^merge_failed \(as merge_\*\) is kept for 20d; .* flat curve\.[\s\S]*^18d +1\.00$[\s\S]*^20d +0\.00$/m);
    assert.equal((await good('krc decay mail --quiet')).trim().split('\n').at(-2), '0.500');
    assert.equal((await fails('config set krc.ttl.nudge soon')).exit, 2);
    const unknown = await fails('krc decay nonsense');
    assert.deepEqual([unknown.exit, /"nonsense"/.test(unknown.message), /krc stats/.test(unknown.hint ?? '')], [3, true, true]);
    await good('krc decay default');
    await good('krc decay crew_added');
  });

  it('says what would go, prunes it, and then has nothing to do for an interval (cli 11)', async () => {
    await good('config set krc.keep 10');
    seed(7, 'nudge', 9);
    seed(1, 'mail', 29.9);
    seed(12, 'tried', 0);
    assert.match(await good('krc stats'), /^nudge +7 +9d ago +3d +steady +7$/m);
    assert.match(await good('krc stats'), /^mail +\d+ +29d ago +30d +flat +1$/m);
    assert.match(await good('krc decay'), /^nudge +7 +3d +steady +0\.00 +0\.00$/m);
    const seqs = (await json<{ horizon: { seq: number } }>('krc stats')).horizon.seq;
    assert.match(await good('krc prune --dry-run'), /^Would prune 7 events up to \d+\.\n\nTYPE +COUNT\nnudge +7\n$/);
    assert.equal((await json<{ horizon: { seq: number } }>('krc stats')).horizon.seq, seqs);
    assert.deepEqual((await json<{ kind: string; types: unknown }>('krc prune')).types, { nudge: 7 });
    assert.match(await good('krc prune'), /^Nothing to prune/);
    assert.match(await good('krc prune --auto'), /^Not due: the journal was pruned .+ ago; next in 59m/);
    assert.equal((await json<{ kind: string }>('krc prune --auto')).kind, 'not-due');
    assert.match(await good('feed -n 1'), /krc pruned {2}7 events · up to \d+\n$/);
  });

  it('is told to whoever reads events from before what was pruned (cli 11)', async () => {
    const { horizon } = await json<{ horizon: { seq: number } }>('krc stats');
    const { exit, out, err } = await play('events --since 0', town);
    assert.deepEqual([exit, err], [0, `events up to ${horizon.seq} were pruned; what is left of them follows\n`]);
    assert.doesNotMatch(out, / nudge /);
    const [first, second] = (await good('events --since 0 --json'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { pruned?: { seq: number }; seq?: number });
    assert.deepEqual([first?.pruned?.seq, second?.seq], [horizon.seq, 1]);
    assert.equal((await good('events --since 0 --quiet')).split('\n')[0], '1');
    await good(`events --since ${horizon.seq}`);
  });
});
