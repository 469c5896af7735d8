import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from './page.ts';
import { facts, table } from './table.ts';
import { ago } from './when.ts';
import { cutToWidth, displayWidth, onOneLine, plain } from './width.ts';

const page: Page = { width: 60, isColour: false, now: 1_767_225_600_000 };

describe('the width of a text', () => {
  it('counts wide characters twice, and combining ones and colours not at all (cli 8)', () => {
    const widths: [string, number][] = [
      ['abc', 3],
      ['日本', 4],
      ['한국어', 6],
      ['e\u0301', 1],
      ['\u001B[31mred\u001B[39m', 3],
      ['🚀', 2],
      ['👩‍💻', 2],
      ['👍🏽', 2],
      ['☂️', 2],
      ['🇩🇪', 2],
      ['● ◐ ○ ✕ ⟳ ■ ?', 13],
      ['…', 1],
      ['Ａ', 2],
    ];
    for (const [text, width] of widths) assert.equal(displayWidth(text), width, text);
  });

  it('cuts at a column, never through a character (cli 8)', () => {
    assert.equal(cutToWidth('日本語テキスト', 7), '日本語…');
    assert.equal(cutToWidth('日本語テキスト', 8), '日本語…');
    assert.equal(cutToWidth('one two', 4), 'one…');
    assert.equal(cutToWidth('one', 3), 'one');
    assert.equal(cutToWidth('x', 0), '');
  });

  it('lets nothing through that moves the cursor, colours or turns the text round (cli 8)', () => {
    assert.equal(plain('a\u001B[2Jb\u0007c\rd\u202Ee\tf\ng'), 'abcde\tf\ng');
    assert.equal(onOneLine(' a\n\n b\tc '), 'a b c');
    assert.equal(plain('\u001B]0;title\u0007x'), 'x');
  });
});

describe('a table', () => {
  const columns = [{ heading: 'ID' }, { heading: 'TITLE', isFlexible: true }, { heading: 'N', isNumber: true }];

  it('aligns its columns, also with wide characters (cli 8)', () => {
    const text = table(
      page,
      columns,
      [
        ['ap-1', '日本', '7'],
        ['ap-22', 'e\u0301t\u00e9', '12'],
      ],
      'nothing',
    );
    assert.equal(text, ['ID     TITLE   N', 'ap-1   日本    7', 'ap-22  e\u0301t\u00e9    12'].join('\n'));
  });

  it('cuts the flexible column, so that each line fits the page (cli 8)', () => {
    const text = table(page, columns, [['ap-1', '長い題名'.repeat(20), '7']], 'nothing');
    for (const line of text.split('\n')) assert.ok(displayWidth(line) <= 60, line);
    assert.match(text, /長…\s+7$/);
  });

  it('takes a page below 60 columns for one of 60 (cli 8)', () => {
    const rows = [['ap-1', 'x'.repeat(200), '7']];
    assert.equal(table({ ...page, width: 20 }, columns, rows, ''), table(page, columns, rows, ''));
  });

  it('shows colours only where the page has them, and aligns with them (cli 8)', () => {
    const rows = [[{ text: 'ap-1', tone: 'bad' as const }, 'x', '7']];
    const coloured = table({ ...page, isColour: true }, columns, rows, '');
    assert.ok(coloured.includes('\u001B[31map-1\u001B[39m  x'));
    assert.ok(!table(page, columns, rows, '').includes('\u001B'));
    assert.equal(plain(coloured), table(page, columns, rows, ''));
  });

  it('says in words that there is nothing (cli 8)', () => {
    assert.equal(table(page, columns, [], 'no beads'), 'no beads');
  });

  it('leaves out facts that are not there (cli 8)', () => {
    assert.equal(
      facts(page, [
        ['name', 'app'],
        ['none', undefined],
        ['empty', ''],
        ['long name', 'x\ny'],
      ]),
      'name       app\nlong name  x y',
    );
  });
});

describe('a moment', () => {
  it('is told in its largest unit (cli 8)', () => {
    const told = [0, 999, 1000, 61_000, 3 * 3_600_000 + 5, 49 * 3_600_000].map((passed) => ago(page, page.now - passed));
    assert.deepEqual(told, ['just now', 'just now', '1s ago', '1m ago', '3h ago', '2d ago']);
    assert.equal(ago(page, null), '');
  });
});
