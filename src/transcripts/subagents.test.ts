import assert from 'node:assert/strict';
import { cpSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeSettings } from '#config/model';
import { tempDir } from '#host/testing';
import { getRuntime } from '#runtimes';
import {
  archiveFolder,
  archiveTranscript,
  listSubagents,
  type PlacedEntry,
  readActive,
  readArchived,
  readTranscriptTail,
  readTurns,
  readUsage,
} from './index.ts';
import { fakeLine, fakeLines } from './testing.ts';

const settings = makeSettings({ town: {}, rigs: {} });
const fixtures = join(import.meta.dirname, '../runtimes');

/** Where the real programs lay a conversation and its sub-agent, and what they wrote. */
const recorded = [
  {
    runtime: 'claude',
    own: ['claude/fixtures/2.1.329-2026-11-29-notified.jsonl', 'projects/-w/7ee22baa-2435-437b-ba1d-003799fc3eeb.jsonl'],
    subagents: [
      'claude/fixtures/2.1.329-2026-11-29-subagent.jsonl',
      'projects/-w/7ee22baa-2435-437b-ba1d-003799fc3eeb/subagents/agent-aa063479af0c4eccf.jsonl',
    ],
    name: 'aa063479af0c4eccf',
  },
  {
    runtime: 'codex',
    own: [
      'codex/fixtures/rollout-spawning-0.169.0-2026-11-29.jsonl',
      'sessions/2026/11/29/rollout-2026-11-29T03-06-48-01a22544-fd8d-7d33-a03a-29c0f6ca979d.jsonl',
    ],
    subagents: [
      'codex/fixtures/rollout-subagent-0.169.0-2026-11-29.jsonl',
      'sessions/2026/11/30/rollout-2026-11-30T03-06-48-01a22544-fe4b-7732-9f42-eb2d3f01604f.jsonl',
    ],
    name: '01a22544-fe4b-7732-9f42-eb2d3f01604f',
  },
  {
    runtime: 'gemini',
    own: ['gemini/fixtures/0.61.0-2026-11-29-conversation.jsonl', 'chats/session-2026-11-29T03-07-0d39f67b.jsonl'],
    subagents: ['gemini/fixtures/0.61.0-2026-11-29-subagent.jsonl', 'chats/0d39f67b-e2d8-4ec0-ba71-0e33aafadef8/8bc0e6b4-a4b9-416e-96a2-0be734d06ff5.jsonl'],
    name: '8bc0e6b4-a4b9-416e-96a2-0be734d06ff5',
  },
  {
    runtime: 'kimi',
    own: ['kimi/fixtures/2.1.0-2026-11-29-wire.jsonl', 's/session_1/agents/main/wire.jsonl'],
    subagents: ['kimi/fixtures/2.1.0-2026-11-29-subagent.jsonl', 's/session_1/agents/agent-0/wire.jsonl'],
    name: 'agent-0',
  },
] as const;

function lay(folder: string, [from, to]: readonly [string, string]): string {
  const path = join(folder, to);
  mkdirSync(dirname(path), { recursive: true });
  cpSync(join(fixtures, from), path);
  return path;
}

async function collect(pages: AsyncIterable<readonly PlacedEntry[]>): Promise<PlacedEntry[]> {
  const all: PlacedEntry[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}

for (const { runtime, own, subagents, name } of recorded) {
  test(`what a sub-agent of ${runtime} wrote is its conversation's, and none of its context (transcripts 14, runtimes 27)`, async (t) => {
    const folder = tempDir(t);
    const archive = join(folder, 'archive');
    const { transcript: format } = getRuntime(runtime, settings);
    const path = lay(folder, own);
    const [before, active] = [await readUsage({ path, format }), await readActive({ path, format })];
    assert.deepEqual(listSubagents({ path, format }), []);
    lay(folder, subagents);
    const [found, ...others] = listSubagents({ path, format });
    assert.deepEqual([found?.name, others.length], [name, 0]);
    assert.ok(found !== undefined);
    const turns = await readTurns(found);
    assert.ok(turns.kind === 'read' && turns.turns.length > 0 && turns.turns.every(({ subagent }) => subagent === name));
    const key = { archive, runtime, conversation: 'c' };
    for (const each of [
      { path, format },
      { ...found, subagent: name },
    ])
      await archiveTranscript({ ...key, ...each });
    await archiveTranscript({ ...key, ...found, subagent: name });
    const parts = readdirSync(archiveFolder(archive, { ...key, subagent: name }));
    assert.deepEqual(parts, ['0001.jsonl'], 'once');
    const entries = await collect(readArchived({ ...key, path, format }));
    const theirs = entries.filter(({ subagent }) => subagent === name);
    assert.ok(theirs.some(({ text }) => text.includes('from-sub')));
    const rest = entries.filter(({ subagent }) => subagent !== name).map(({ text }) => text);
    const whole = await readTranscriptTail({ path, format });
    assert.deepEqual(rest, whole.kind === 'read' && whole.entries.map(({ text }) => text));
    assert.deepEqual([await readUsage({ path, format }), await readActive({ path, format })], [before, active]);
    rmSync(found.path);
    assert.deepEqual((await collect(readArchived({ ...key, path, format }))).length, entries.length, 'its file is gone, and the archive has it');
    rmSync(path);
    assert.equal((await collect(readArchived({ ...key, path, format }))).filter(({ subagent }) => subagent === name).length, theirs.length);
  });
}

for (const { runtime, own, subagents, name } of recorded) {
  test(`a sub-agent of ${runtime} is found below a folder of any name, and none of a folder with another one (transcripts 14)`, (t) => {
    const all = tempDir(t);
    const { transcript: format } = getRuntime(runtime, settings);
    for (const odd of ['a[b]', 'a{b,c}', 'a*', 'a?', 'a\\b', '!(a)', '+(a)']) {
      for (const other of ['a', 'ab', 'ac']) lay(join(all, other), subagents);
      const path = lay(join(all, odd), own);
      assert.deepEqual(listSubagents({ path, format }), [], odd);
      const theirs = lay(join(all, odd), subagents);
      const found = listSubagents({ path, format }).map((each) => [each.name, each.path]);
      assert.deepEqual(found, [[name, theirs]], odd);
    }
  });
}

/** A conversation and two sub-agents, in a format with files for them. */
function givenFake(t: TestContext) {
  const folder = tempDir(t);
  const path = join(folder, 't.jsonl');
  const format = {
    ...fakeLines,
    subagentFiles: { patterns: () => [{ folder, pattern: 'sub-*.jsonl' }], nameOf: ({ path: each }: { path: string }) => /sub-(.*)\.jsonl$/.exec(each)?.[1] },
  };
  const said = (text: string, at: number) => fakeLine({ id: text, text, at });
  return {
    folder,
    path,
    format,
    said,
    log: () => collect(readArchived({ archive: join(folder, 'archive'), runtime: 'fake', conversation: 'c', path, format })),
  };
}

test('a sub-agent stands in the log where it began, with all that it said (transcripts 14)', async (t) => {
  const { folder, path, format, said, log } = givenFake(t);
  writeFileSync(path, said('call one', 10) + said('call two', 20) + said('both are done', 40));
  writeFileSync(join(folder, 'sub-b.jsonl'), said('b1', 20) + said('b2', 35));
  writeFileSync(join(folder, 'sub-a.jsonl'), said('a1', 12) + said('a2', 30));
  writeFileSync(join(folder, 'sub-late.jsonl'), said('late', 50));
  assert.deepEqual(
    (await log()).map(({ text, subagent }) => `${subagent ?? ''}: ${text}`),
    [': call one', 'a: a1', 'a: a2', ': call two', 'b: b1', 'b: b2', ': both are done', 'late: late'],
  );
  assert.deepEqual(
    listSubagents({ path, format }).map(({ name }) => name),
    ['a', 'b', 'late'],
  );
});

test("two sub-agents' turns with the same id are two (transcripts 14)", async (t) => {
  const { folder, path, format } = givenFake(t);
  writeFileSync(path, '');
  const turn = fakeLine({ text: 'x', usage: { id: 'usage 5', inputTokens: 1, outputTokens: 1, contextTokens: 2 } });
  for (const name of ['a', 'b']) writeFileSync(join(folder, `sub-${name}.jsonl`), turn);
  const ids: string[] = [];
  for (const each of listSubagents({ path, format })) {
    const turns = await readTurns(each);
    if (turns.kind === 'read') ids.push(...turns.turns.map(({ id }) => id));
  }
  assert.deepEqual(ids, ['a usage 5', 'b usage 5']);
});

test("another conversation's sub-agent is not this one's, linked or lying beside it (transcripts 14, runtimes 27)", (t) => {
  const folder = tempDir(t);
  const { transcript: format } = getRuntime('claude', settings);
  const mine = lay(folder, recorded[0].own);
  const theirs = lay(folder, recorded[0].subagents);
  const other = join(dirname(mine), '99999999-2435-437b-ba1d-003799fc3eeb.jsonl');
  writeFileSync(other, '');
  const subagents = join(dirname(mine), '99999999-2435-437b-ba1d-003799fc3eeb/subagents');
  mkdirSync(subagents, { recursive: true });
  symlinkSync(theirs, join(subagents, 'agent-linked.jsonl'));
  linkSync(theirs, join(subagents, 'agent-taken.jsonl'));
  writeFileSync(join(subagents, 'agent-new.jsonl'), readFileSync(theirs, 'utf8').replaceAll('7ee22baa', '99999999'));
  assert.deepEqual(
    listSubagents({ path: other, format }).map(({ name }) => name),
    ['new'],
  );
});
