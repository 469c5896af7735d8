import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContextChange, LineReading } from '#runtimes/model';
import { emptyUsage, listArchived, type PlacedReading, UsageCounter, viewActive } from './index.ts';
import { type FakeRecord, fakeReading } from './testing.ts';

const turn = (id: string, contextTokens: number, subagent?: string) => ({
  id,
  inputTokens: contextTokens,
  outputTokens: 1,
  contextTokens,
  ...(subagent === undefined ? {} : { subagent }),
});
const text = (tokens: number) => 'x'.repeat(tokens * 4);

function count(records: readonly FakeRecord[]) {
  const counter = new UsageCounter(emptyUsage);
  for (const record of records) counter.add(fakeReading(record));
  const { contextTokens, trailingTokens, isMeasured, turnCount, totals, windowTokens, recentContextTokens } = counter.reading(undefined, 0);
  return { tokens: contextTokens + trailingTokens, isMeasured, turnCount, input: totals.inputTokens, windowTokens, recentContextTokens };
}

function active(records: readonly FakeRecord[]): string[] {
  return viewActive(place(records)).map((entry) => entry.text);
}

function place(records: readonly FakeRecord[]): PlacedReading[] {
  return records.map((record, offset) => ({ ...fakeReading(record), place: { path: '/t', offset } }));
}

const said = (id: string, parent?: string | null): FakeRecord => ({ id, text: id, ...(parent === undefined ? {} : { parent }) });
const changed = (id: string, change: ContextChange): FakeRecord => ({ id, text: id, kind: 'summary', change });

test('a turn counts once, also where others lie between its records; what came after it still counts (transcripts 6)', () => {
  const block = { id: 'r', text: text(5), usage: turn('a', 100) };
  const result: FakeRecord = { id: 't', kind: 'tool-result', text: text(7) };
  assert.deepEqual(count([block, result, { ...block, id: 'r2' }]), {
    tokens: 107,
    isMeasured: true,
    turnCount: 1,
    input: 100,
    windowTokens: null,
    recentContextTokens: [100],
  });
  const { tokens, input, turnCount } = count([block, { id: 'n', usage: turn('b', 150) }, result, { ...block, id: 'r3' }]);
  assert.deepEqual([tokens, input, turnCount], [157, 250, 2], 'an older turn that is told again says nothing of the context');
});

test("a sub-agent's turns are spent, and are not the context's (transcripts 6)", () => {
  const records: FakeRecord[] = [
    { id: 'a', text: text(1), usage: turn('a', 100) },
    { id: 's', text: text(900), subagent: 'sub', usage: turn('s', 5000, 'sub') },
    { id: 's2', text: text(900), subagent: 'sub', windowTokens: 7, change: { kind: 'replaced' } },
  ];
  const { tokens, input, turnCount, windowTokens } = count(records);
  assert.deepEqual([tokens, input, turnCount, windowTokens], [100, 5100, 1, null]);
});

test('a turn that read nothing says nothing of the context; the window is what was told last (transcripts 6)', () => {
  const { tokens, turnCount, windowTokens } = count([
    { usage: turn('a', 100), windowTokens: 500 },
    { usage: turn('e', 0), windowTokens: 900 },
  ]);
  assert.deepEqual([tokens, turnCount, windowTokens], [100, 1, 900]);
});

test('after a compaction the old usage is stale: what is left is told, or estimated from the summary and what was kept (transcripts 10)', () => {
  const before: FakeRecord[] = [
    { id: 'a', text: text(10) },
    { id: 'b', text: text(20), usage: turn('b', 800) },
    { id: 'c', text: text(30) },
    { id: 'd', text: text(40) },
  ];
  const meterAfter = (change: ContextChange, ...after: FakeRecord[]) => {
    const { tokens, isMeasured } = count([...before, { id: 's', kind: 'summary', text: text(50), change }, ...after]);
    return [tokens, isMeasured];
  };
  assert.deepEqual(meterAfter({ kind: 'compacted' }), [50, false]);
  assert.deepEqual(meterAfter({ kind: 'compacted', tokens: 123 }), [123, true]);
  assert.deepEqual(meterAfter({ kind: 'compacted', tokens: 123 }, { id: 'sum', kind: 'summary', text: text(50) }, { id: 'e', text: text(4) }), [127, true]);
  assert.deepEqual(meterAfter({ kind: 'compacted', keepFrom: 'c' }), [120, false]);
  assert.deepEqual(meterAfter({ kind: 'compacted', kept: ['d', 'unheard of'] }), [90, false]);
  assert.deepEqual(meterAfter({ kind: 'compacted' }, { id: 'e', text: text(5) }), [55, false]);
  assert.deepEqual(meterAfter({ kind: 'compacted' }, { id: 'b2', text: text(5), usage: turn('b', 800) }), [50, false], 'a late copy of the old turn');
  assert.deepEqual(meterAfter({ kind: 'compacted' }, { id: 'e', text: text(5), usage: turn('e', 60) }), [60, true]);
});

test('a rewind goes back to what the context was, a replacement is all that is left, a record said anew counts as it is now (transcripts 10)', () => {
  const before: FakeRecord[] = [
    { id: 'a', text: text(1), usage: turn('a', 100) },
    { id: 'b', text: text(20) },
    { id: 'c', text: text(1), usage: turn('c', 300) },
  ];
  const tokensAfter = (...after: FakeRecord[]) => count([...before, ...after]).tokens;
  assert.equal(tokensAfter({ id: 'r', change: { kind: 'rewound', to: 'b' } }), 100);
  assert.equal(tokensAfter({ id: 'r', change: { kind: 'rewound', to: 'c' } }), 120);
  assert.equal(tokensAfter({ id: 'r', change: { kind: 'rewound', to: 'unheard of' } }), 0);
  assert.equal(tokensAfter({ id: 'r', text: text(33), change: { kind: 'replaced' } }), 33);
  assert.equal(tokensAfter({ id: 'd', text: text(10) }, { id: 'd', text: text(4), change: { kind: 'same' } }), 304);
  assert.equal(tokensAfter({ id: 'c', text: text(9), usage: turn('c', 310), change: { kind: 'same' } }), 318, 'with what its tools answered');
});

test('what a replacement holds may be rewound to and said anew, record by record (transcripts 10, 11)', () => {
  const all = { entries: ['x', 'y', 'y', 'z'].map((id) => ({ kind: 'user' as const, id, text: text(10) })), change: { kind: 'replaced' as const } };
  const rewind = fakeReading({ change: { kind: 'rewound', to: 'y' } });
  const anew = fakeReading({ id: 'y', text: text(3), change: { kind: 'same' } });
  const tokensOf = (...readings: LineReading[]) => {
    const counter = new UsageCounter(emptyUsage);
    for (const reading of readings) counter.add(reading);
    const { contextTokens, trailingTokens } = counter.reading(undefined, 0);
    return contextTokens + trailingTokens;
  };
  assert.deepEqual([tokensOf(all), tokensOf(all, rewind), tokensOf(all, anew)], [40, 10, 23]);
  const heldOf = (...readings: LineReading[]) =>
    viewActive(readings.map((reading, offset) => ({ ...reading, place: { path: '/t', offset } }))).map(({ id, text: words }) => `${id} ${words.length / 4}`);
  assert.deepEqual(heldOf(fakeReading(said('before')), all, rewind), ['x 10']);
  assert.deepEqual(heldOf(all, anew), ['x 10', 'y 3', 'z 10']);
});

test('a record that changes long after the turn that counts it adds nothing (transcripts 6)', () => {
  const counter = new UsageCounter(emptyUsage);
  counter.add(fakeReading({ usage: { ...turn('a', 100), at: 50 } }));
  counter.add({ entries: [{ kind: 'tool-result', id: 'old', text: text(900), at: 20 }], change: { kind: 'same' } });
  counter.add({ entries: [{ kind: 'tool-result', id: 'new', text: text(9), at: 60 }], change: { kind: 'same' } });
  assert.equal(counter.reading(undefined, 0).trailingTokens, 9);
});

test('the archive view is every record in order, with its place (transcripts 11)', () => {
  const records = [said('a'), changed('s', { kind: 'compacted' }), { ...said('sub'), subagent: 'x' }, { ...said('a'), change: { kind: 'same' as const } }];
  assert.deepEqual(
    listArchived(place(records)).map((entry) => [entry.text, entry.place]),
    ['a', 's', 'sub', 'a'].map((each, offset) => [each, { path: '/t', offset }]),
  );
});

test('the active view follows the parents from the newest leaf; a parent that holds nothing is stepped over (transcripts 11)', () => {
  assert.deepEqual(active([said('a', null), said('b', 'a'), said('old', 'b'), said('older', 'old'), said('c', 'b')]), ['a', 'b', 'c']);
  assert.deepEqual(active([said('a', null), said('b', 'a'), said('c', 'hidden')]), ['a', 'b', 'c']);
  assert.deepEqual(active([said('a'), { ...said('x'), subagent: 's' }, said('b')]), ['a', 'b']);
  assert.deepEqual(active([]), []);
});

test('of calls that were made together all and their results are active (transcripts 11)', () => {
  const call = (id: string, parent: string, turnId: string): FakeRecord => ({
    id,
    parent,
    text: id,
    kind: 'tool-call',
    tool: { call: id },
    usage: turn(turnId, 9),
  });
  const result = (id: string, of: string): FakeRecord => ({ id, parent: of, text: id, kind: 'tool-result', tool: { call: of } });
  assert.deepEqual(active([said('u', null), call('c1', 'u', 'm'), call('c2', 'c1', 'm'), result('r1', 'c1'), result('r2', 'c2'), said('end', 'r2')]), [
    'u',
    'c1',
    'c2',
    'r1',
    'r2',
    'end',
  ]);
  assert.deepEqual(
    active([said('u', null), call('gone', 'u', 'n'), result('r0', 'gone'), said('other', 'u')]),
    ['u', 'other'],
    'a branch that was left has its calls',
  );
});

test('a compaction leaves what it says and keeps, in one line and in a tree, also after another one (transcripts 11)', () => {
  const line = [said('a'), said('b'), changed('s', { kind: 'compacted', keepFrom: 'b' }), said('c')];
  assert.deepEqual(active(line), ['s', 'b', 'c']);
  assert.deepEqual(active([...line, changed('s2', { kind: 'compacted', kept: ['b', 'c'] }), said('d')]), ['s2', 'b', 'c', 'd']);
  assert.deepEqual(active([...line, changed('s2', { kind: 'compacted' })]), ['s2']);
  const boundary: FakeRecord = { change: { kind: 'compacted', kept: ['b'] } };
  assert.deepEqual(active([said('a', null), said('b', 'a'), boundary, said('sum', 'boundary'), said('c', 'sum')]), ['b', 'sum', 'c']);
  assert.deepEqual(active([said('a', null), said('b', 'a'), { ...changed('s', { kind: 'compacted' }), parent: 'b' }, said('back', 'a')]), ['a', 'back']);
});

test('a rewind takes out the record and all after it, a replacement everything; what is said anew stands where it stood (transcripts 11)', () => {
  const rewound = (to: string): FakeRecord => ({ change: { kind: 'rewound', to } });
  assert.deepEqual(active([said('a'), said('b'), said('c'), rewound('b'), said('d')]), ['a', 'd']);
  assert.deepEqual(active([said('a'), said('b'), rewound('unheard of'), said('d')]), ['d']);
  assert.deepEqual(active([said('a'), changed('all', { kind: 'replaced' }), said('b')]), ['all', 'b']);
  assert.deepEqual(active([said('a'), said('b'), { id: 'a', text: 'a anew', change: { kind: 'same' } }, said('c')]), ['a anew', 'b', 'c']);
});

test('an undo takes out the last prompts and what came after them, and no more than is there (transcripts 16)', () => {
  const prompt = (id: string): FakeRecord => ({ id, text: id, kind: 'user', undo: { kind: 'prompt', of: id } });
  const lasting = (id: string, of?: string): FakeRecord => ({ id, text: id, kind: 'system', undo: { kind: 'lasting', ...(of === undefined ? {} : { of }) } });
  const undo = (prompts: number): FakeRecord => ({ change: { kind: 'undone', prompts } });
  const talk = [
    said('start'),
    prompt('p1'),
    lasting('date'),
    said('a1'),
    lasting('for p2', 'p2'),
    prompt('p2'),
    lasting('mode'),
    lasting('of p2', 'p2'),
    said('a2'),
  ];
  assert.deepEqual(active([...talk, undo(1)]), ['start', 'p1', 'date', 'a1', 'mode']);
  assert.deepEqual(active([...talk, undo(1), prompt('p3'), said('a3')]), ['start', 'p1', 'date', 'a1', 'mode', 'p3', 'a3']);
  assert.deepEqual(active([...talk, undo(2), said('b')]), ['start', 'date', 'mode', 'b']);
  assert.deepEqual(active([...talk, undo(1), undo(1), said('b')]), ['start', 'date', 'mode', 'b']);
  assert.deepEqual(active([...talk, undo(3)]), active(talk), 'more than there are');
  const compacted = [...talk, changed('s', { kind: 'compacted' }), prompt('p3'), said('a3')];
  assert.deepEqual(active([...compacted, undo(1)]), ['s']);
  assert.deepEqual(active([...compacted, undo(2)]), ['s', 'p3', 'a3'], 'a compaction is not undone');
  assert.deepEqual(active([...talk, { change: { kind: 'replaced' } }, said('anew'), undo(1)]), ['anew'], 'what was cleared stays so');
  assert.equal(listArchived(place([...talk, undo(2)])).length, talk.length);
});

test('the meter goes back to before the prompts that were undone (transcripts 16)', () => {
  const prompt = (id: string, tokens: number): FakeRecord => ({ id, text: text(tokens), kind: 'user', undo: { kind: 'prompt' } });
  const talk = [{ text: text(5), usage: turn('a', 100) }, prompt('p1', 10), { text: text(5), usage: turn('b', 300) }, prompt('p2', 20), said('x')];
  const after = (prompts: number, ...more: FakeRecord[]) => {
    const { tokens, isMeasured } = count([...talk, ...more, { change: { kind: 'undone', prompts } }]);
    return [tokens, isMeasured];
  };
  assert.deepEqual(
    [after(1), after(2)],
    [
      [300, false],
      [100, false],
    ],
  );
  assert.deepEqual(after(3), [321, true], 'more than there are');
  assert.deepEqual(after(1, changed('s', { kind: 'compacted' })), [1, false], 'nothing behind a compaction');
});

test('an edited record says what its newest edit says, on the way on which that lies (transcripts 17)', () => {
  const result: FakeRecord = { id: 'r', parent: 'c', kind: 'tool-result', text: 'long', tool: { call: 'k' }, at: 7 };
  const talk = [said('a', null), { ...said('c', 'a'), kind: 'tool-call' as const, tool: { call: 'k' } }, result, said('b', 'r')];
  const edit = (id: string, parent: string, words: string, target = 'r'): FakeRecord => ({
    id,
    parent,
    kind: 'system',
    text: words,
    change: { kind: 'edited', target },
  });
  const held = viewActive(place([...talk, edit('e', 'b', 'short'), said('d', 'e')]));
  assert.deepEqual(
    held.map(({ text: words }) => words),
    ['a', 'c', 'short', 'b', 'd'],
  );
  assert.deepEqual(held[2], { kind: 'tool-result', text: 'short', id: 'r', parent: 'c', at: 7, tool: { call: 'k' }, place: { path: '/t', offset: 4 } });
  assert.deepEqual(active([...talk, edit('e', 'b', 'short'), edit('f', 'e', 'shorter')]), ['a', 'c', 'shorter', 'b']);
  assert.deepEqual(active([...talk, edit('e', 'b', '')]), ['a', 'c', 'b'], 'taken out');
  assert.deepEqual(active([...talk, edit('e', 'b', 'short'), said('other', 'b')]), ['a', 'c', 'long', 'b', 'other'], 'not on this way');
  assert.deepEqual(active([...talk, edit('e', 'b', 'of nothing', 'unheard of')]), ['a', 'c', 'long', 'b']);
  assert.equal(listArchived(place([...talk, edit('e', 'b', 'short')])).length, 5);
});

test('an edit changes the meter by what it leaves out (transcripts 17)', () => {
  const talk: FakeRecord[] = [
    { id: 'r', text: text(100) },
    { id: 'b', text: text(5), usage: turn('b', 300) },
  ];
  const edit = (id: string, tokens: number, target = 'r'): FakeRecord => ({ id, text: text(tokens), change: { kind: 'edited', target } });
  assert.deepEqual(
    [count([...talk, edit('e', 10)]).tokens, count([...talk, edit('e', 10), edit('f', 0)]).tokens, count([...talk, edit('e', 10, 'unheard of')]).tokens],
    [210, 200, 300],
  );
});
