// What the tests of real agents (test/agents/NAME/*.test.ts) need before they run.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installAgents } from './install-agents.mjs';
import { findLoopbackOnly } from './loopback.mjs';
import { SetupProblem } from './progress.mjs';

/** Those whose tests run with all others: the quickest to install and to start. The rest run with the long tests, or when they are named. */
const everyRun = ['claude', 'pi'];
/**
 * Files of theirs that take too long for every run. For the storm of nudges our own program with a prompt stands there (test/scenarios/nudges.test.ts), for
 * troubles and streams the recorded screens and transcripts, for asked handoffs a program of ours (test/scenarios/asked-for-handoff.test.ts).
 */
const longFiles = /\/(?:nudges|troubled|streams|demo|asked-for-handoff)\.test\.ts$/;

/** The agent that a test file drives, or undefined. */
export function agentOf(file) {
  return /^test\/agents\/([a-z]+)\/[^/]+\.test\.ts$/.exec(file)?.[1];
}

/** False for the files of agents that not every run tests, and for the long ones. */
export function isOfEveryRun(file) {
  const agent = agentOf(file);
  return agent === undefined || (everyRun.includes(agent) && !longFiles.test(file));
}

/**
 * Installs the agents of these files, and says where they are, or why one is missing, in a file that the tests read (`BATON_TEST_AGENTS`). Answers
 * `{ env, prefix, problem }`: for the tests' processes the environment and the words before their command; what went wrong.
 */
export async function prepareAgents(files, runFolder) {
  const names = [...new Set(files.flatMap((file) => agentOf(file) ?? []))];
  if (names.length === 0) return { env: {}, prefix: [] };
  const path = join(runFolder, 'agents.json');
  const prefix = findLoopbackOnly();
  if (prefix === undefined) console.log('agents: this machine permits no network of its own for a test; they run without, so what they look up may get out');
  try {
    writeFileSync(path, JSON.stringify(await installAgents(names)));
  } catch (error) {
    if (!(error instanceof SetupProblem)) throw error;
    return { env: {}, prefix: prefix ?? [], problem: error.message };
  }
  return { env: { BATON_TEST_AGENTS: path }, prefix: prefix ?? [] };
}
