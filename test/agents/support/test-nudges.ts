import assert from 'node:assert/strict';
import { makeSettings } from '#config/model';
import { eventually } from '#host/testing';
import { getRuntime } from '#runtimes';
import { eventsOf, giveSign, livesOf, patienceMs, readSign } from '../../support/watch-town.ts';
import { testWith } from './agent-town.ts';
import { hold, holdOn, readTold } from './held.ts';
import type { AgentName } from './real-agents.ts';

/** What a terminal, a shell or a prompt might make something else of, each by itself; what each is for, and the text. */
const texts = {
  signs: 'it\'s "$(x)" `z` #{y} $HOME \\e[31m; /help !ls @file;',
  emoji: '😀 é 👩‍👩‍👧 日本語',
  tab: 'a\tb\n\tindented',
  blanks: 'two  \n\n  blanks\n\n\nend',
  lines: Array.from({ length: 58 }, (_, line) => `line ${line} of a long text, "quoted"; ${'x'.repeat(30)}`).join('\n'),
  long: `one line ${'of many words; '.repeat(265)}end`,
};

/** A real agent is nudged while it is idle, busy and while a person types: each nudge arrives once, byte for byte, and the person's line stays theirs. */
export function testNudges(name: AgentName): void {
  testWith(name, 'is sent nudges while it is idle, busy and half-typed: each arrives once, as it was given (deliver 2, 3)', async (make) => {
    const { town, server } = await make('[roles.crew]\npermissions = "bypass"\n');
    server.script(holdOn);
    const agent = 'app/crew/max';
    await town.does('crew', 'add', 'max', '--rig', 'app');
    await town.does('crew', 'start', 'max', '--rig', 'app', '--runtime', name);
    await eventually(async () => (await livesOf(town, agent))[0]?.turnEndedAt !== undefined, 'its first turn is over', patienceMs);
    const { pane } = await town.app.agents.find(agent);
    const { readScreen } = getRuntime(name, makeSettings({ town: {}, rigs: {} }));
    const keys = (...words: string[]) => town.does('tmux', 'send-keys', '-t', `=${pane}:`, ...words);
    const shows = (prompt: string, typed = '') =>
      eventually(
        async () => {
          const { out } = await town.baton(['tmux', 'capture-pane', '-p', '-t', `=${pane}:`]);
          return out.includes(typed) && readScreen?.(out.trimEnd()).prompt === prompt;
        },
        `its prompt is ${prompt}`,
        patienceMs,
      );
    const send = async (input: string) => {
      const sent = await town.baton(['nudge', agent, '--stdin'], { input });
      assert.equal(sent.exit, 0, sent.err);
    };
    const told = () => readTold(server.requests());
    const altered: Record<string, string> = {};
    const arrives = async (text: string, what: string) => {
      const { id = '' } = (await town.app.nudges.list({ agent, limit: 200 })).find(({ body }) => body === text) ?? {};
      const mark = `[Baton ${id}]`;
      const came = await eventually(() => told().find((one) => one.includes(mark)), `${what}: ${JSON.stringify(text.slice(0, 80))}`, patienceMs);
      const got = came.slice(came.indexOf(mark) + mark.length);
      if (!came.includes(`${mark} overseer: ${text}`)) altered[what] = got.slice(0, 5000);
      assert.equal(told().join('\n').split(mark).length - 1, 1, `${what} came once`);
    };
    await shows('empty');

    for (const [what, text] of Object.entries(texts)) {
      await send(`${text}\n`);
      await arrives(text, what);
      await shows('empty');
    }

    await keys('-l', hold('busy'));
    await shows('typed', hold('busy'));
    await keys('Enter');
    await eventually(() => readSign(town, 'busy.held').length > 0, 'the turn holds', patienceMs);
    await send(`while busy:\t${texts.signs}\n`);
    giveSign(town, 'busy');
    await arrives(`while busy:\t${texts.signs}`, 'busy');
    await shows('empty');

    await keys('-l', 'half a li');
    await shows('typed', 'half a li');
    await send('over the half-typed line\n');
    await keys('-l', 'ne');
    await shows('typed', 'half a line');
    await keys('Enter');
    await arrives('over the half-typed line', 'half-typed');
    await shows('empty');

    await eventually(async () => (await town.app.nudges.list({ agent, isOpenOnly: true, limit: 200 })).length === 0, 'everything is received', patienceMs);
    const typed = told()
      .flatMap((text) => text.split('\n'))
      .filter((line) => line.includes('half a li'));
    assert.deepEqual(altered, {}, 'each arrived byte for byte');
    assert.deepEqual(typed, ['half a line'], "the person's line is theirs alone");
    assert.deepEqual(await eventsOf(town, { agent, types: ['nudge_altered'] }), []);
  });
}
