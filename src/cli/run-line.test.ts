import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Bug, Fault, type FaultKind, faultTable } from '#base';
import { command } from './command.ts';
import { flag, text } from './field.ts';
import type { Catalogue } from './parse-line.ts';
import { answers, type Run, streams } from './run.ts';
import { playLine } from './testing.ts';

const examples = [{ line: 'thing', does: 'try' }] as const;

/** A catalogue of one command `thing`, whose run is given. */
function only(run: () => Promise<Run<{ name?: string; loud: boolean }>>): Catalogue {
  return {
    commands: [
      command({ words: 'thing', section: 'Baton', summary: 'Do a thing', args: { name: text('a name') }, options: { loud: flag('loud') }, examples, run }),
    ],
    summaries: {},
  };
}

const twoThings = only(async () =>
  answers({
    ask: () => ({ things: [{ id: 'a-1' }, { id: 'a-2' }] }),
    print: ({ things }) => `${things.length} things`,
    ids: ({ things }) => things.map(({ id }) => id),
  }),
);

const failing = (error: unknown) =>
  only(async () =>
    answers({
      ask: () => {
        throw error;
      },
      print: () => '',
    }),
  );

describe('an answer', () => {
  it('is text for people, the bare answer with --json, ids with --quiet (cli 5)', async () => {
    assert.deepEqual(await playLine(['thing'], { commands: twoThings }), { exit: 0, out: '2 things\n', err: '' });
    assert.deepEqual(await playLine(['thing', '--json'], { commands: twoThings }), { exit: 0, out: '{"things":[{"id":"a-1"},{"id":"a-2"}]}\n', err: '' });
    assert.deepEqual(await playLine(['thing', '--quiet'], { commands: twoThings }), { exit: 0, out: 'a-1\na-2\n', err: '' });
  });

  it('in JSON is laid out for people on a terminal only (cli 5)', async () => {
    const { out } = await playLine(['thing', '--json'], { commands: twoThings, isTerminal: true });
    assert.equal(out.split('\n')[1], '  "things": [');
  });

  it('may carry an exit code of its own (cli 6)', async () => {
    const commands = only(async () => answers({ ask: () => 'sick', print: (state) => state, exit: () => 1 }));
    assert.deepEqual(await playLine(['thing'], { commands }), { exit: 1, out: 'sick\n', err: '' });
  });

  it('of nothing prints nothing, and `null` with --json (cli 5)', async () => {
    const commands = only(async () => answers({ ask: () => undefined, print: () => '' }));
    assert.equal((await playLine(['thing'], { commands })).out, '');
    assert.equal((await playLine(['thing', '--json'], { commands })).out, 'null\n');
  });
});

describe('frames', () => {
  const counting = only(async () =>
    streams({
      follow: async function* () {
        for (const n of [1, 2]) yield { n };
      },
      print: ({ n }) => `frame ${n}`,
      ids: ({ n }) => [String(n)],
    }),
  );

  it('are lines, JSON lines or ids, each written as it comes (cli 5)', async () => {
    assert.equal((await playLine(['thing'], { commands: counting })).out, 'frame 1\nframe 2\n');
    assert.equal((await playLine(['thing', '--json'], { commands: counting, isTerminal: true })).out, '{"n":1}\n{"n":2}\n');
    assert.equal((await playLine(['thing', '--quiet'], { commands: counting })).out, '1\n2\n');
  });
});

describe('a fault', () => {
  it('is a sentence and a hint on stderr, with the exit code of its kind (cli 6)', async () => {
    for (const kind of Object.keys(faultTable) as FaultKind[]) {
      const played = await playLine(['thing'], { commands: failing(new Fault(kind, 'there is no bead "x"', { hint: 'look at `baton bead list`' })) });
      assert.deepEqual(played, { exit: faultTable[kind].exit, out: '', err: 'baton: there is no bead "x"\n  hint: look at `baton bead list`\n' });
    }
  });

  it('is one JSON object on stderr with --json, and stdout stays empty (cli 6)', async () => {
    const fault = new Fault('conflict', 'ap is ambiguous', { hint: 'say more', details: { candidates: ['ap-1', 'ap-2'] }, cause: new Error('secret') });
    const played = await playLine(['--json', 'thing'], { commands: failing(fault) });
    assert.deepEqual(
      [played.exit, played.out, JSON.parse(played.err)],
      [4, '', { fault: { kind: 'conflict', message: 'ap is ambiguous', hint: 'say more', details: { candidates: ['ap-1', 'ap-2'] } } }],
    );
    assert.deepEqual(JSON.parse((await playLine(['thing', '--json'], { commands: failing(new Fault('timeout', 'slow')) })).err), {
      fault: { kind: 'timeout', message: 'slow' },
    });
  });

  it('of the line itself is told in the same two ways, with exit code 2 (cli 6)', async () => {
    assert.deepEqual(await playLine(['thing', '--laud'], { commands: twoThings }), {
      exit: 2,
      out: '',
      err: 'baton: `baton thing` has no option "--laud"\n  hint: did you mean "--loud"?\n',
    });
    const json = await playLine(['thing', '--laud', '--json'], { commands: twoThings });
    assert.deepEqual([json.exit, json.out, JSON.parse(json.err).fault.kind], [2, '', 'invalid']);
    assert.match((await playLine(['thing', '--laud', '--', '--json'], { commands: twoThings })).err, /^baton: /);
  });

  it('passes nothing on that would play with the terminal (cli 6)', async () => {
    const { err } = await playLine(['thing'], { commands: failing(new Fault('not-found', 'there is no "\u001B[2J\u0007x"')) });
    assert.equal(err, 'baton: there is no "x"\n');
  });

  it('of ours shows its stack and asks to be reported; others never do (cli 6)', async () => {
    const bug = await playLine(['thing'], { commands: failing(new Bug('a promise')) });
    assert.deepEqual([bug.exit, bug.out], [1, '']);
    assert.match(bug.err, /^baton: a promise inside Baton does not hold\nBug: a promise\n {4}at .*\n {2}hint: this is a mistake in Baton; please report/s);
    assert.deepEqual(JSON.parse((await playLine(['thing', '--json'], { commands: failing(new TypeError('x is not y')) })).err).fault.kind, 'internal');
  });
});

describe('a command', () => {
  it('gets an App for what it needs, and the App is closed whatever happens (cli 10)', async () => {
    const opened: unknown[] = [];
    let closed = 0;
    const openApp = (async (place: object, need: string) => {
      opened.push({ ...place, need });
      return {
        close: async () => {
          closed += 1;
        },
      };
    }) as never;
    await playLine(['thing', '--town', '/t'], { commands: twoThings, openApp });
    await playLine(['thing'], { commands: failing(new Error('x')), openApp });
    assert.deepEqual(opened, [
      { env: {}, cwd: '/', town: '/t', need: 'town' },
      { env: {}, cwd: '/', need: 'town' },
    ]);
    assert.equal(closed, 2);
  });

  it('gets its typed input (cli 3)', async () => {
    const commands = only(async () => answers({ ask: (_app, input: { name?: string; loud: boolean }) => input, print: () => '' }));
    assert.deepEqual(JSON.parse((await playLine(['thing', 'x', '--loud', '--json'], { commands })).out), { name: 'x', loud: true });
    assert.deepEqual(JSON.parse((await playLine(['thing', '--json'], { commands })).out), { loud: false });
  });

  it('may read stdin and tell its progress on stderr, but not with --json or --quiet (cli 5)', async () => {
    const commands = only(async () =>
      answers({
        ask: async (_app, _input, io) => {
          io.tell('reading');
          return io.readStdin();
        },
        print: (said) => said,
      }),
    );
    assert.deepEqual(await playLine(['thing'], { commands, stdin: 'hello' }), { exit: 0, out: 'hello\n', err: 'reading\n' });
    assert.deepEqual(await playLine(['thing', '--json'], { commands, stdin: 'hello' }), { exit: 0, out: '"hello"\n', err: '' });
  });

  it('that is interrupted ends with 130 and without a fault (cli 6)', async () => {
    const end = new AbortController();
    const waiting = only(async () => answers({ ask: () => new Promise<never>(() => setImmediate(() => end.abort(130))), print: () => '' }));
    assert.deepEqual(await playLine(['thing'], { commands: waiting, signal: end.signal }), { exit: 130, out: '', err: '' });
  });

  it('that follows ends in order when interrupted, and with 0 when its reader has gone (cli 6)', async () => {
    const followed = async (reason: number) => {
      const end = new AbortController();
      let isCleaned = false;
      const commands = only(async () =>
        streams({
          follow: async function* () {
            try {
              for (let n = 1; ; n += 1) {
                if (n === 2) end.abort(reason);
                yield n;
              }
            } finally {
              isCleaned = true;
            }
          },
          print: String,
        }),
      );
      return { ...(await playLine(['thing'], { commands, signal: end.signal })), isCleaned };
    };
    assert.deepEqual(await followed(130), { exit: 130, out: '1\n2\n', err: '', isCleaned: true });
    assert.deepEqual(await followed(0), { exit: 0, out: '1\n2\n', err: '', isCleaned: true });
  });
});

describe('help', () => {
  it('goes to stdout where it was asked for, else to stderr with exit code 2 (cli 4)', async () => {
    const asked = await playLine(['thing', '--help'], { commands: twoThings });
    assert.deepEqual([asked.exit, asked.err], [0, '']);
    assert.match(asked.out, /^Usage: baton thing \[NAME\] \[options\]\n\nDo a thing\n/);
    const missing = await playLine([], { commands: twoThings });
    assert.deepEqual([missing.exit, missing.out], [2, '']);
    assert.match(missing.err, /^Usage: baton COMMAND \[options\]\n/);
  });

  it('needs no App, and neither does the version (cli 10)', async () => {
    const openApp = async () => assert.fail('opened');
    assert.equal((await playLine(['thing', '-h'], { commands: twoThings, openApp })).exit, 0);
    assert.deepEqual(await playLine(['--version'], { commands: twoThings, openApp }), { exit: 0, out: 'baton 1.2.3\n', err: '' });
    assert.deepEqual(await playLine(['--version', '--json'], { commands: twoThings, openApp }), { exit: 0, out: '{"version":"1.2.3"}\n', err: '' });
  });
});

describe('a prime that fails', () => {
  const openApp = async () => {
    throw new Fault('unavailable', 'the store is locked', { hint: 'try again' });
  };

  it('is told on stdout in words that forbid ending the work, also where nothing could be opened (cli 15)', async () => {
    for (const line of [['prime'], ['prime', '--hook'], ['signal', 'start']]) {
      const { exit, out, err } = await playLine(line, { openApp });
      assert.equal(exit, 5);
      assert.match(out, /^BATON COULD NOT TELL YOU YOUR WORK: the store is locked\. \(try again\)\n[\s\S]*Do not run `baton done`/);
      assert.match(err, /the store is locked/);
    }
  });

  it('is no prose for programs, nor any other signal (cli 15)', async () => {
    for (const line of [['prime', '--state'], ['prime', '--json'], ['signal', 'stop'], ['hook']])
      assert.deepEqual(await playLine(line, { openApp }).then(({ exit, out }) => [exit, out]), [5, ''], line.join(' '));
  });
});
