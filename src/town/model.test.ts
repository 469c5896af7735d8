import assert from 'node:assert/strict';
import { isAbsolute, normalize } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isFault } from '#base';
import {
  type Address,
  agentFolder,
  checkedAgentName,
  checkedPrefix,
  checkedRigName,
  derivePrefix,
  firstFreeName,
  formatAddress,
  isAgentName,
  isPrefix,
  isRigName,
  nameKey,
  paneName,
  polecatNames,
  readAddress,
  readAgentText,
  resolvePaneAlias,
  rigPaths,
  rigRoles,
  townRoles,
} from './model.ts';

const word = fc.string({ unit: fc.constantFrom(...'abzABZ019-_./:~\\ $\'"\n\0é'), maxLength: 36 });
const plain = fc.string({ unit: fc.constantFrom(...'abcXYZ019-_'), minLength: 1, maxLength: 32 });
const agentName = fc.oneof(plain, fc.constantFrom(...polecatNames, 'max', 'crew_1')).filter(isAgentName);
const rigName = fc.oneof(plain, fc.constantFrom('app', 'my-app')).filter(isRigName);
const address: fc.Arbitrary<Address> = fc.oneof(
  fc.constantFrom(...townRoles).map((role) => ({ role, rig: null, name: role })),
  fc.tuple(fc.constantFrom(...rigRoles), rigName).map(([role, rig]) => ({ role, rig, name: role })),
  fc.tuple(fc.constantFrom('crew' as const, 'polecat' as const), rigName, agentName).map(([role, rig, name]) => ({ role, rig, name })),
);
const typed = (text: string) => fc.constantFrom(text, `${text}/`, `${text}//`, ` ${text} `);

describe('addresses', () => {
  it('read what was formatted, with slashes or blanks behind it (town 1)', () => {
    fc.assert(
      fc.property(
        address.chain((each) => fc.tuple(fc.constant(each), typed(formatAddress(each)))),
        ([each, text]) => assert.deepEqual(readAddress(text), each),
      ),
    );
  });

  it('keep the case of names and read words of roles in any case (town 1)', () => {
    assert.deepEqual(readAddress('MAYOR/'), { role: 'mayor', rig: null, name: 'mayor' });
    assert.deepEqual(readAddress('App/Crew/Max'), { role: 'crew', rig: 'App', name: 'Max' });
    assert.equal(formatAddress({ role: 'crew', rig: 'App', name: 'Max' }), 'App/crew/Max');
    assert.equal(nameKey('App/Crew/Max/'), nameKey('app/crew/max'));
  });

  it("are nobody's for other texts (town 1)", () => {
    for (const text of [
      '',
      '/',
      'a/b/c/d',
      'app/crew',
      'app/crew/',
      'app/dogs/x',
      '../mayor',
      'app/crew/..',
      'app/crew/crew-x',
      'mayor/crew/x',
      'app//max',
      '-x/witness',
      'app/crew/a b',
    ]) {
      assert.equal(readAddress(text), undefined, text);
    }
    assert.deepEqual(readAgentText('app/max'), { kind: 'in-rig', rig: 'app', name: 'max' });
    assert.deepEqual(readAgentText('Toast/'), { kind: 'bare', name: 'Toast' });
    for (const text of ['a.b', 'app/..', '$(x)', 'x:y', '-n']) assert.equal(readAgentText(text), undefined, text);
  });
});

describe('names', () => {
  it('that are accepted never leave their folder (town 2)', () => {
    fc.assert(
      fc.property(fc.oneof(word, plain), fc.oneof(word, plain), (rig, name) => {
        fc.pre(isRigName(rig) && isAgentName(name));
        for (const role of ['crew', 'polecat'] as const) {
          const folder = agentFolder('/town', { role, rig, name });
          assert.equal(normalize(folder), folder);
          assert.ok(isAbsolute(folder) && folder.startsWith(`/town/${rig}/`) && folder.split('/').length === 5);
        }
        assert.ok(Object.values(rigPaths('/town', rig)).every((path) => normalize(path) === path && path.startsWith(`/town/${rig}`)));
      }),
    );
  });

  it('have letters, digits, - and _, 1 to 32 of them, and no word that means something else (town 2)', () => {
    const bad = [
      '',
      'a'.repeat(33),
      'a b',
      'a/b',
      '..',
      '.',
      '-x',
      '_x',
      'a.b',
      'a:b',
      'a~b',
      'é',
      'witness',
      'Refinery',
      'crew',
      'crew-x',
      'CREW-x',
      'hq',
      'mayor',
      'all',
      'x\n',
    ];
    for (const name of bad)
      assert.throws(
        () => checkedAgentName(name),
        (error) => isFault(error, 'invalid') && error.message.includes(`"${name}"`),
        name,
      );
    for (const name of ['settings', 'formulas', 'deacon', 'a/b', '../x', 'hq'])
      assert.throws(
        () => checkedRigName(name),
        (error) => isFault(error, 'invalid'),
        name,
      );
    for (const name of ['Toast', 'a', '9', 'x'.repeat(32), 'a_b-C']) assert.equal(checkedAgentName(name), name);
    assert.equal(checkedRigName('crew-tools'), 'crew-tools');
  });

  it('of the pool are all accepted, differ without case, and none begins another (town 6)', () => {
    assert.ok(polecatNames.length >= 60 && polecatNames.every(isAgentName));
    const keys = polecatNames.map(nameKey);
    assert.equal(new Set(keys).size, keys.length);
    for (const key of keys)
      assert.deepEqual(
        keys.filter((other) => other !== key && other.startsWith(key)),
        [],
      );
  });

  it('are given in order, then counted (town 6)', () => {
    assert.equal(firstFreeName([]), polecatNames[0]);
    assert.equal(firstFreeName([polecatNames[0]?.toUpperCase() ?? '']), polecatNames[1]);
    assert.equal(firstFreeName(polecatNames), 'Polecat1');
    assert.equal(firstFreeName([...polecatNames, 'polecat1', 'Polecat3']), 'Polecat2');
  });
});

describe('panes', () => {
  it('are never shared by two agents (town 3)', () => {
    const rigs = fc.uniqueArray(rigName, { selector: nameKey, minLength: 2, maxLength: 6 }).map((names) => {
      const prefixes: string[] = [];
      for (const name of names) prefixes.push(derivePrefix(name, prefixes));
      return names.map((name, i) => ({ name, prefix: prefixes[i] ?? '' }));
    });
    const agents = rigs.chain((list) =>
      fc.tuple(
        fc.constant(list),
        fc.uniqueArray(address, { selector: (each) => nameKey(formatAddress(each)), maxLength: 12 }),
        fc.array(agentName, { maxLength: 4 }),
      ),
    );
    fc.assert(
      fc.property(agents, ([list, others, names]) => {
        const inRigs = list.flatMap(({ name: rig }): Address[] => [
          ...rigRoles.map((role) => ({ role, rig, name: role })),
          ...names.flatMap((name): Address[] => [
            { role: 'crew', rig, name },
            { role: 'polecat', rig, name },
          ]),
        ]);
        const all = [...others.filter((each) => each.rig === null), ...inRigs];
        const prefixOf = (rig: string | null) => list.find((each) => each.name === rig)?.prefix ?? null;
        const byPane = new Map(all.map((each) => [paneName(each, prefixOf(each.rig)).toLowerCase(), nameKey(formatAddress(each))] as const));
        assert.equal(byPane.size, new Set(all.map((each) => nameKey(formatAddress(each)))).size);
        assert.ok([...byPane.keys()].every((pane) => /^[a-z]{2,4}-[a-z0-9_-]+$/.test(pane)));
      }),
    );
  });

  it('have the names of DESIGN.md section 5 (town 3)', () => {
    const names: [Address, address: string, pane: string, folder: string, alias: string][] = [
      [{ role: 'mayor', rig: null, name: 'mayor' }, 'mayor', 'hq-mayor', 'mayor', 'gt-mayor'],
      [{ role: 'deacon', rig: null, name: 'deacon' }, 'deacon', 'hq-deacon', 'deacon', 'gt-deacon'],
      [{ role: 'boot', rig: null, name: 'boot' }, 'boot', 'hq-boot', 'deacon/dogs/boot', 'gt-boot'],
      [{ role: 'overseer', rig: null, name: 'overseer' }, 'overseer', 'hq-overseer', '', 'gt-overseer'],
      [{ role: 'witness', rig: 'app', name: 'witness' }, 'app/witness', 'ap-witness', 'app/witness', 'gt-app-witness'],
      [{ role: 'refinery', rig: 'app', name: 'refinery' }, 'app/refinery', 'ap-refinery', 'app/refinery/rig', 'gt-app-refinery'],
      [{ role: 'crew', rig: 'app', name: 'Max' }, 'app/crew/Max', 'ap-crew-Max', 'app/crew/Max', 'gt-app-crew-Max'],
      [{ role: 'polecat', rig: 'app', name: 'Toast' }, 'app/polecats/Toast', 'ap-Toast', 'app/polecats/Toast', 'gt-app-Toast'],
    ];
    for (const [each, address, pane, folder, alias] of names) {
      assert.equal(formatAddress(each), address);
      assert.equal(paneName(each, each.rig === null ? null : 'ap'), pane);
      assert.equal(agentFolder('/town', each), folder === '' ? '/town' : `/town/${folder}`);
      assert.equal(resolvePaneAlias(alias, [{ name: 'app', prefix: 'ap' }]), pane);
    }
  });

  it('have aliases that begin with gt, and the longest rig that fits counts (town 3)', () => {
    const rigs = [
      { name: 'app', prefix: 'ap' },
      { name: 'App-Web', prefix: 'aw' },
    ];
    assert.equal(resolvePaneAlias('gt-app-crew-max', rigs), 'ap-crew-max');
    assert.equal(resolvePaneAlias('gt-app-witness', rigs), 'ap-witness');
    assert.equal(resolvePaneAlias('gt-app-web-Toast', rigs), 'aw-Toast');
    assert.equal(resolvePaneAlias('gt-mayor', rigs), 'hq-mayor');
    for (const text of ['gt-other-max', 'gt-app', 'gt-app-', 'ap-Toast', 'gt-']) assert.equal(resolvePaneAlias(text, rigs), undefined, text);
  });
});

describe('prefixes', () => {
  it("are derived from the name, valid, free, and never the town's (town 4)", () => {
    fc.assert(
      fc.property(fc.array(rigName, { maxLength: 40 }), (names) => {
        const taken: string[] = [];
        for (const name of names) {
          const prefix = derivePrefix(name, taken);
          assert.ok(isPrefix(prefix) && !taken.includes(prefix));
          taken.push(prefix);
        }
      }),
    );
    assert.equal(derivePrefix('my-app', []), 'ma');
    assert.equal(derivePrefix('gastown', []), 'ga');
    assert.equal(derivePrefix('hq-tool', []), 'ht');
    assert.equal(derivePrefix('hq2', []), 'aa');
    assert.equal(derivePrefix('9', []), 'aa');
  });

  it('are refused in another form, where taken, and as hq (town 4)', () => {
    for (const prefix of ['a', 'abcde', 'AB', 'a1', '', 'a-'])
      assert.throws(
        () => checkedPrefix(prefix, []),
        (error) => isFault(error, 'invalid'),
        prefix,
      );
    assert.throws(
      () => checkedPrefix('hq', []),
      (error) => isFault(error, 'conflict'),
    );
    assert.throws(
      () => checkedPrefix('ap', ['ap']),
      (error) => isFault(error, 'conflict') && (error.hint ?? '').includes('ap'),
    );
    assert.equal(checkedPrefix('gast', ['ap']), 'gast');
  });
});
