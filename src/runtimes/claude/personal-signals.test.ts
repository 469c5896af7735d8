import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { personalSignals } from './personal-signals.ts';

const { path, add, remove } = personalSignals({ env: { HOME: '/home/me' }, baton: "/opt/it's/baton" });

interface Written {
  hooks: Record<string, { hooks: { command: string }[] }[]>;
}

test("a person's settings get our signals once, beside what stands there, and lose exactly them (runtimes 11)", () => {
  assert.equal(path, '/home/me/.claude/settings.json');
  const theirs = '{\n\t"model" : "opus",\n\t"hooks": {\n\t\t"Stop": [ {"hooks":[{"type":"command","command":"beep"}]} ]\n\t},\n\t"x": [1,2]}';
  const added = add(theirs);
  assert.equal(add(added), added, 'adding twice is adding once');
  const { hooks } = JSON.parse(added) as Written;
  assert.deepEqual(
    hooks.Stop?.map(({ hooks: [hook] }) => hook?.command),
    ['beep', `[ -n "$BATON_SESSION" ] || '/opt/it'\\''s/baton' signal stop 2> /dev/null || :`],
  );
  assert.deepEqual(Object.keys(hooks), ['Stop', 'SessionStart', 'UserPromptSubmit', 'PreCompact', 'StopFailure', 'Notification', 'SessionEnd']);
  assert.equal(remove(added), theirs);
  assert.equal(remove(theirs), theirs);
});

test('an older path of ours is replaced, and what a person put beside our command stays theirs (runtimes 11)', () => {
  const older = personalSignals({ env: { HOME: '/home/me' }, baton: '/old/baton' });
  const theirs = '{\n  "theme": "dark"\n}\n';
  assert.equal(add(older.add(theirs)), add(theirs));
  assert.equal(remove(older.add(theirs)), theirs);
  const [ours] = (JSON.parse(add(undefined)) as Written).hooks.Stop ?? [];
  const mixed = JSON.stringify({ hooks: { Stop: [{ hooks: [...(ours?.hooks ?? []), { type: 'command', command: 'beep' }] }] } });
  assert.equal(remove(mixed), mixed);
});

test('where there is no file there is one of ours alone (runtimes 11)', () => {
  assert.deepEqual(Object.keys(JSON.parse(add(undefined)) as object), ['hooks']);
  assert.equal(remove(add(undefined)).replace(/\s/g, ''), '{}');
});

test('settings of any form come back byte for byte (runtimes 11)', () => {
  const form = fc.record({
    settings: fc.dictionary(fc.string(), fc.jsonValue()),
    space: fc.constantFrom('', '\t', 2, 4),
    end: fc.constantFrom('', '\n', ' \r\n'),
  });
  fc.assert(
    fc.property(form, ({ settings: { hooks: _, ...settings }, space, end }) => {
      const text = JSON.stringify(settings, null, space) + end;
      const added = add(text);
      assert.deepEqual({ ...(JSON.parse(added) as object), hooks: undefined }, { ...(JSON.parse(text) as object), hooks: undefined });
      assert.equal(remove(added), text);
    }),
  );
});

test('what is no JSON object, or has hooks of another form, is refused untouched (runtimes 11)', () => {
  for (const text of ['{"a":', '[]', '"x"', '{"hooks":[]}', '{"hooks":{"Stop":{}}}', '{} // mine']) assert.throws(() => add(text), { kind: 'invalid' }, text);
  assert.throws(() => personalSignals({ env: {}, baton: '/b' }), { kind: 'invalid' });
});
