import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { build } from 'esbuild';
import { makeSnapshot, readSettings, readSnapshot } from './index.ts';

const stamps = { 'baton.toml': { mtimeMs: 1.5, size: 20 }, 'app/rig.toml': null };

describe('readSnapshot', () => {
  it('gives the settings of the files that it was made from, with its stamps (config 7)', () => {
    const texts = {
      town: 'capacity = 9\nenv.pass = ["A"]\nruntimes.x.window = 5000\ncontext.interesting = 0.015\n',
      rigs: { app: 'gates = ["make", "a\\nb"]\n' },
    };
    const settings = readSettings(texts);
    const read = readSnapshot(makeSnapshot(settings, stamps), { env: { BATON_CAPACITY: '4' } });
    assert.deepEqual(read?.stamps, stamps);
    assert.deepEqual(read?.settings.list({ rig: 'app' }), readSettings({ ...texts, env: { BATON_CAPACITY: '4' } }).list({ rig: 'app' }));
  });

  it('leaves environment and flags out of the snapshot (config 7)', () => {
    const settings = readSettings({ town: '', env: { BATON_CAPACITY: '4' }, flags: { shims: 'off' } });
    assert.equal(readSnapshot(makeSnapshot(settings, stamps))?.settings.get('capacity'), 5);
  });

  it('is undefined for a torn, foreign or outdated text (config 7)', () => {
    const text = makeSnapshot(readSettings({ town: 'capacity = 9\n' }), stamps);
    assert.notEqual(readSnapshot(text), undefined);
    const others = [
      '',
      'null',
      '[]',
      text.slice(0, -10),
      text.replace('"version":3', '"version":2'),
      text.replace('"capacity":9', '"capacity":"no"'),
      text.replace('"capacity"', '"gone"'),
      text.replace('"size":20', '"size":"x"'),
      text.replace('"rigs":{}', '"rigs":{"a":1}'),
    ];
    for (const other of others) assert.equal(readSnapshot(other), undefined, other);
  });

  it('needs no TOML parser and no node module (config 7)', async () => {
    const { metafile } = await build({
      entryPoints: [new URL('./model.ts', import.meta.url).pathname],
      bundle: true,
      write: false,
      metafile: true,
      platform: 'neutral',
      format: 'esm',
      logLevel: 'silent',
      alias: { '#base': new URL('../base/index.ts', import.meta.url).pathname },
    });
    const inputs = Object.keys(metafile.inputs);
    assert.ok(inputs.length > 3 && inputs.every((path) => path.startsWith('src/config/') || path.startsWith('src/base/')), inputs.join(' '));
    assert.doesNotMatch(readFileSync(new URL('./model.ts', import.meta.url), 'utf8'), /toml/);
  });
});
