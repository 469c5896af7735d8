import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readEnvironmentOf, runProgram } from '#host';
import { eventually } from '#host/testing';
import { makeTown, type ScenarioTown } from '../support/town.ts';
import { livesOf, waitForLife } from '../support/watch-town.ts';

const held = `
[[steps]]
id = "load-context"
run = "true"
[[steps]]
id = "hold"
run = "until [ -e $HOME/signs/go ]; do sleep 0.05; done; echo held > held.txt"
needs = ["load-context"]
`;

/**
 * Every command line of the seeds (COMMANDS.md), as it is written there: RIG is `app`, BEAD and OTHER are beads, SESSION is a session of max, POLECAT the
 * polecat that was slung OTHER. A line ends with 0 where nothing else is said.
 */
const lines: readonly (readonly [line: string, exit?: number, says?: string])[] = [
  ['gt --version', 0, 'baton '],
  ['gt rig create tools'],
  ['gt rig start tools'],
  ['gt config default-agent runbook'],
  ['gt config polecat-agent runbook'],
  ['gt config agent get kimigas', 0, 'built in'],
  ['gt mayor attach -d'],
  ['gt mayor restart'],
  ['gt deacon start -d'],
  ['gt deacon restart -d'],
  ['gt witness start app -d'],
  ['gt witness restart app'],
  ['gt refinery start app -d'],
  ['gt refinery restart app'],
  ['gt crew add watcher --rig app'],
  ['gt crew at watcher -d --rig app'],
  ['gt crew at max -d --agent runbook'],
  ['gt crew restart max --rig app'],
  ['gt crew stop watcher'],
  ['gt crew start watcher --agent runbook'],
  ['gt agent status max'],
  ['gt prime'],
  ['gt hook'],
  ['gt mail inbox'],
  ['gt mail send app/witness -s "HELP: stuck" -m "Since an hour"'],
  ['gt mail send --human -s "Which one?" -m "Both would do"'],
  ['gt mail send mayor --subject "Status" --body "Three of five"'],
  ['gt mail send mayor/ -s "Status" -m "Four of five"'],
  ['bd create --title "Fix the login" --priority P2', 0, 'Fix the login'],
  ['bd create --assignee app/crew/max --ephemeral --priority 1 --title "A note"'],
  ['bd update BEAD --status=hooked --assignee=app/crew/max'],
  ['bd list --status=hooked --assignee=app/crew/max', 0, 'BEAD'],
  ['bd ready'],
  ['gt handoff max -s "Half way" -m "Go on with the tests"'],
  ['gt handoff mayor'],
  ['gt sling OTHER app --agent runbook', 0, 'OTHER'],
  ['gt mol status POLECAT', 0, '● step-2: hold'],
  ['gt seance', 0, 'SESSION_ID'],
  ['gt seance --role crew --rig app --recent 20', 0, 'app/crew/max'],
  ['gt seance --talk SESSION', 1, "can't copy"],
  ['gt krc prune --auto'],
  ['gt polecat nuke POLECAT'],
  ['gt witness stop app'],
  ['term-llm sessions show SESSION', 0, 'SESSION'],
  ['gt-automonitor start', 1, 'is not offered yet'],
  ['gt-automonitor restart', 1, 'is not offered yet'],
  ['gt-automonitor status', 1, 'is not offered yet'],
  ['gt convoy list', 1, 'is not offered yet'],
  ['term-llm ask "what was rejected and why?" --session SESSION', 1, 'is not offered yet'],
  ['term-llm ask "what did we decide?" --sessions last:5', 1, 'is not offered yet'],
  ['term-llm tasks add "Discourse MCP v0" --agent jarvis', 1, 'is not offered yet'],
  ['term-llm tasks list --agent jarvis', 1, 'is not offered yet'],
  ['term-llm tasks update 17 --status done --note "Resolved in PR #212"', 1, 'is not offered yet'],
  ['term-llm tasks note 17 "Tried relaxing threshold"', 1, 'is not offered yet'],
  ['term-llm sessions compact', 1, 'is not offered yet'],
  ['term-llm chat --agent jarvis --resume', 1, 'is not offered yet'],
  ['gt session list', 1, 'is not offered: the seeds only link to it'],
  ['gt compact', 1, 'is not offered: the seeds only link to it'],
  ['gt down'],
];

/** Those that an agent types, inside of its session; the ones that end it are ended with it. */
const inside: readonly (readonly [line: string, exit?: number, says?: string])[] = [
  ['gt --version', 0, 'baton '],
  ['gt prime'],
  ['gt prime --hook', 0, 'POLECAT'],
  ['gt hook', 0, 'OTHER'],
  ['gt mol status', 0, '● step-2: hold'],
  ['gt mail inbox'],
  ['gt mail send mayor/ -s "Status" -m "Half way"'],
  ['bd ready'],
  ['bd update OTHER --status=hooked --assignee=POLECAT'],
  ['gt checkpoint write'],
  ['gt checkpoint write --notes "half way"'],
  ['gt handoff crew', 4, 'app/crew/max'],
  ['gt handoff --auto --reason compaction'],
  ['gt handoff -s "half way" -m "go on with the tests"'],
  ['gt handoff --cycle --reason compaction'],
  ['gt done --status DEFERRED'],
];

test("every command line of the seeds works as written through the shims, or says why it doesn't (cli 31)", async (t) => {
  const town = await makeTown(t, { formulas: { held }, rig: 'formula = "held"\n', settings: '[handoff]\ncooldown_s = 0\n' });
  const bin = join(town.person.dir, 'h', 'bin');
  await town.does('shims', 'install', bin);
  await town.does('crew', 'add', 'max', '--rig', 'app');
  const create = (title: string) => town.does('--quiet', 'bead', 'create', '--rig', 'app', '--title', title);
  const names: Record<string, string> = { BEAD: await create('For max'), OTHER: await create('For a polecat') };
  const env = { ...town.env, PATH: `${bin}:${town.env.PATH}` };
  const type = (line: string, cwd = join(town.root, 'app')) =>
    runProgram({ env, cwd, input: '', timeoutMs: 180_000 }, ['sh', '-c', line]).then(({ code, stdout, stderr }) => ({ exit: code, said: stdout + stderr }));
  const fill = (text: string) => text.replace(/BEAD|OTHER|\bSESSION\b|POLECAT/g, (name) => names[name] ?? name);
  for (const [line, exit = 0, says = ''] of lines) {
    if (line.includes(' SESSION')) names.SESSION = (await town.does('--quiet', 'sessions', 'list', '--agent', 'app/crew/max')).split('\n')[0] ?? '';
    const ran = await type(fill(line));
    assert.deepEqual([ran.exit, ran.said.includes(fill(says))], [exit, true], `${line}\n${ran.said}`);
    if (!line.includes(' sling OTHER')) continue;
    names.POLECAT = (await town.does('--quiet', 'polecat', 'list')).split('\n')[0] ?? '';
    await typeInside(town, names, fill);
  }
  mkdirSync(join(town.root, 'app', '.beads'));
  assert.deepEqual((await type('bd list')).exit, 1, 'a rig with beads of its own');
});

async function typeInside(town: ScenarioTown, names: Readonly<Record<string, string>>, fill: (text: string) => string): Promise<void> {
  const agent = names.POLECAT ?? '';
  let generation = 1;
  for (const [line, exit = 0, says = ''] of inside) {
    const life = await waitForLife(town, agent, generation);
    // A program that was not told anything yet has nothing to hand off.
    await eventually(async () => (await livesOf(town, agent)).at(-1)?.firstTurnAt !== undefined, `generation ${generation} is at work`);
    const env = { ...readEnvironmentOf(life.process.pid) };
    const { code, stdout, stderr } = await runProgram({ env, cwd: join(town.root, agent), input: '', timeoutMs: 180_000 }, ['sh', '-c', fill(line)]);
    const isOver = /^gt (handoff (-s|--cycle)|done)/.test(line);
    if (isOver) generation += 1;
    const said = stdout + stderr;
    assert.ok((isOver && code === null) || (code === exit && said.includes(fill(says))), `${line}: ${code}\n${said}`);
  }
}
