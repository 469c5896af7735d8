import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { plainGit } from '#git/testing';
import { makeTown, type ScenarioTown, writeFormulas } from '../support/town.ts';
import { assertSound, eventsOf } from '../support/watch-town.ts';

const step = (id: string, ...needs: string[]) => `[[steps]]\nid = "${id}"\nneeds = ${JSON.stringify(needs)}\nrun = "true"\n`;

const formulas = {
  circle: step('a', 'b') + step('b', 'a'),
  nowhere: step('a', 'gone'),
  spliced: `[[steps]]\nid = "a"\nrun = "echo {{module}}"\n`,
  asking: `[vars]\nmodule = { required = true, description = "which" }\n${step('a')}`,
  torn: '[[steps',
};

/** BEAD and HELD stand for an open bead and one that hangs on the hook of max; each line's end and words that it has to say. */
const lines: readonly [words: string, exit: number, ...says: string[]][] = [
  ['frobnicate', 2, 'no command "frobnicate"'],
  ['statsu', 2, 'did you mean "status"'],
  ['status --nope', 2, 'no option "--nope"'],
  ['sling', 2, 'is missing'],
  ['sling BEAD', 2, 'TARGET is missing'],
  ['events --since x', 2, '"x" is not a whole number'],
  ['bead create --title=', 2, 'needs a title'],
  ['bead create --title x --priority 9', 2, '"9" is none of'],

  ['bead show ap-zzzzz', 3, 'no bead "ap-zzzzz"'],
  ['bead show ap-', 4, '"ap-" begins the ids of several beads', 'BEAD', 'HELD'],
  ['agent status app/crew/nobody', 3, 'no agent "app/crew/nobody"'],
  ['handoff nobody', 3, 'no agent "nobody"'],
  ['crew start nobody', 3, 'no agent "app/crew/nobody"'],
  ['crew stop nobody', 3, 'no agent "app/crew/nobody"'],
  ['mail send nobody -s x -m y', 3, 'no agent "nobody"'],
  ['rig show nope', 3, 'no rig "nope"'],
  ['crew add zoe --rig nope', 3, 'no rig "nope"'],
  ['formula show wrok', 3, 'did you mean "work"'],
  ['mq show mr-zzz', 3, 'no merge request "mr-zzz"'],
  ['sessions show sess_zz', 3, 'no session "sess_zz"'],
  ['mol status zzz', 3, '"zzz"'],
  ['escalate close zz', 3, 'no escalation "zz"'],
  ['config get nope', 2, 'no setting "nope"'],
  ['config set contxt.cycle 80%', 2, 'did you mean "context.cycle"'],
  ['config set context.cycle 999', 2, 'context.cycle'],
  ['--town /nowhere status', 3, '"/nowhere"'],

  ['formula check circle', 2, 'a → b → a'],
  ['formula check nowhere', 2, 'step "a": needs "gone", which is no step'],
  ['formula check spliced', 2, '$BATON_VAR_'],
  ['formula check torn', 2, 'torn.toml": line 2'],
  ['sling BEAD app --formula circle', 2, 'a → b → a'],
  ['sling BEAD app --formula nope', 3, 'no formula "nope"'],
  ['sling BEAD app --formula asking', 2, 'needs "module"', '--var module=…'],
  ['sling BEAD app --formula asking --var module=x --var other=y', 2, 'no variable "other"'],
  ['sling BEAD app --formula asking --var module', 2, 'is not NAME=VALUE'],
  ['sling BEAD nowhere', 3, '"nowhere"'],
  ['sling BEAD app --runtime nope', 3, 'no runtime "nope"'],
  ['sling BEAD app/crew/max --formula work', 4, 'HELD'],
  ['sling HELD app --formula work', 4, 'HELD', 'app/crew/max'],
  ['unsling BEAD', 4, 'hangs on no hook'],
  ['bead dep add BEAD BEAD', 4, 'BEAD'],
  ['handoff app/crew/max', 3, 'no session', 'baton attach app/crew/max'],
  ['handoff', 3, 'name an agent'],
  ['handoff app/crew/max --auto --cycle', 2, 'both --auto and --cycle'],
  ['handoff app/crew/max -m x --stdin', 2, 'both --message and --stdin'],
  ['nudge app/crew/max hi', 3, 'no live session', 'baton mail send'],
  ['done', 4, 'nothing hangs'],

  ['rig add empty ../empty', 2, 'no commits', 'git commit'],
  ['rig add none ../none', 3, 'none'],
  ['rig add file ../file', 2, 'is a file'],
  ['rig add plain ../plain', 2, 'is not a git repository'],
  ['rig add ../escape ../town-source', 2, '"../escape" cannot be the name'],
  ['rig add a/b ../town-source', 2, '"a/b" cannot be the name'],
  ['rig add mayor ../town-source', 2, 'reserved'],
  ['rig add .baton ../town-source', 2, '".baton" cannot be the name'],
  ['rig add App ../town-source', 4, 'a rig "app" already'],
  ['rig add two ../town-source --prefix hq', 4, '"hq" is the town’s own'.replace('’', "'")],
  ['rig add two ../town-source --prefix ap', 4, '"ap"'],
  ['rig add two ../town-source --prefix ../x', 2, '"../x" is no prefix'],
  ['crew add ../escape', 2, '"../escape" cannot be the name'],
  ['crew add .git', 2, '".git" cannot be the name'],
  ['crew add a:b', 2, '"a:b" cannot be the name'],
  ['crew add MAX', 4, 'an agent "app/crew/max" already'],
  ['crew remove locked', 4, 'is locked: "by a person"', 'worktree unlock'],
  ['init inside', 4, 'lies inside the town'],
  ['init ../file', 4, 'is a file'],
];

test('words that can’t be carried out are told so with a hint and the right exit code, and change nothing', async (t) => {
  const town = await makeTown(t, { formulas });
  const names = await prepare(town);
  const before = await lookAt(town);
  for (const [words, exit, ...says] of lines) {
    await t.test(`baton ${words}`, async () => {
      const ran = await town.baton(words.split(' ').map((word) => fill(word, names)));
      assert.equal(ran.exit, exit, ran.err + ran.out);
      for (const word of says) assert.ok(ran.err.includes(fill(word, names)), `"${fill(word, names)}" in:\n${ran.err}`);
      assert.match(ran.err, /\n {2}hint: \S/);
      assert.equal(ran.out, '');
    });
  }
  assert.deepEqual(await lookAt(town), before);
  await assertSound(town);
});

test('what could mean several rigs, agents or sessions is never guessed', async (t) => {
  const town = await makeTown(t);
  await town.does('rig', 'add', 'other', '../town-source');
  for (const rig of ['app', 'other']) await town.does('crew', 'add', 'max', '--rig', rig);
  const unsaid = await town.baton(['crew', 'add', 'zoe']);
  assert.equal(unsaid.exit, 2);
  assert.match(unsaid.err, /which rig is meant\n.*hint: .*app, other/);
  const ambiguous = await town.baton(['agent', 'status', 'max']);
  assert.equal(ambiguous.exit, 4);
  assert.match(ambiguous.err, /app\/crew\/max.*other\/crew\/max/s);
  await town.does('crew', 'start', 'app/crew/max', 'other/crew/max');
  const session = await town.baton(['sessions', 'show', 'sess_']);
  assert.equal(session.exit, 4);
  assert.equal(session.err.match(/sess_[0-9a-f]{8}/g)?.length, 2, session.err);
});

/** A bead that is open, one that hangs on a hook, a locked worktree, and places that are no repositories. */
async function prepare(town: ScenarioTown): Promise<{ BEAD: string; HELD: string }> {
  const { dir } = town.person;
  mkdirSync(join(dir, 'empty'));
  plainGit(join(dir, 'empty'), 'init', '--quiet');
  mkdirSync(join(dir, 'plain'));
  writeFileSync(join(dir, 'file'), '');
  writeFormulas(town.root, formulas);
  for (const name of ['max', 'locked']) await town.does('crew', 'add', name);
  plainGit(join(town.root, 'app/repo.git'), 'worktree', 'lock', '--reason', 'by a person', join(town.root, 'app/crew/locked'));
  const [BEAD, HELD] = [
    await town.does('--quiet', 'bead', 'create', '--rig', 'app', '--title', 'open'),
    await town.does('--quiet', 'bead', 'create', '--rig', 'app', '--title', 'held'),
  ];
  await town.baton(['hook', HELD], { cwd: join(town.root, 'app/crew/max') });
  assert.equal((await town.app.beads.show(HELD)).bead.hookedBy, 'app/crew/max');
  return { BEAD, HELD };
}

function fill(word: string, names: { BEAD: string; HELD: string }): string {
  return word.replaceAll('BEAD', names.BEAD).replaceAll('HELD', names.HELD);
}

/** Everything that a refused line could have half-made: rows (each has its event), files and folders, branches. */
async function lookAt(town: ScenarioTown): Promise<unknown> {
  const events = await eventsOf(town, { types: [] });
  const files = ['', 'app', 'app/crew', 'app/polecats', '.baton/making', '.baton/removed'].map((folder) => readdirSync(join(town.root, folder)).sort());
  const refs = plainGit(join(town.root, 'app/repo.git'), 'for-each-ref', '--format=%(refname) %(objectname)');
  return { events: events.filter(({ type }) => !type.startsWith('lease_')).map(({ type, payload }) => `${type} ${JSON.stringify(payload)}`), files, refs };
}
