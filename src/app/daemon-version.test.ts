import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeVersion } from './daemon-version.ts';

test('of two programs the newer wins; builds of the same number are others, and what is unknown is left alone (app 32)', () => {
  const judge = (daemon: string | undefined, own: string | undefined) => judgeVersion(daemon, own);
  assert.equal(judge('1.2.3-aaa', '1.2.3-aaa'), 'same');
  assert.equal(judge('1.2.3-aaa', '1.2.3-bbb'), 'other');
  assert.equal(judge('1.9.3-aaa', '1.10.0-aaa'), 'older');
  assert.equal(judge('2.0.0-aaa', '1.10.0-aaa'), 'newer');
  assert.deepEqual([judge(undefined, '1.0.0-a'), judge('1.0.0-a', undefined)], ['same', 'same']);
});
