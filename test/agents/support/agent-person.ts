import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Cleanup } from '#host/testing';
import { type ModelServer, startModelServer } from '../../support/model-server/model-server.ts';
import type { Script } from '../../support/model-server/script.ts';
import { makePerson, type Person } from '../../support/person.ts';
import { type AgentName, findInstalled } from './real-agents.ts';
import { underTest } from './under-test.ts';

/** Somebody who uses one of the real agents, with a model that does what the test says. */
export interface AgentPerson {
  readonly person: Person;
  readonly server: ModelServer;
  /** The agent's program. */
  readonly program: string;
  /** The names of what the agent needs in its environment; the person's own has them. */
  readonly passed: readonly string[];
}

/** Sets somebody up with an agent that is installed. */
export async function makeAgentPerson(test: Cleanup, name: AgentName, script: Script = []): Promise<AgentPerson> {
  const installed = findInstalled(name);
  assert.ok('program' in installed, 'missing' in installed ? installed.missing : '');
  const server = await startModelServer(test, script);
  const person = makePerson(test);
  const env = underTest[name].settle({ home: join(person.dir, 'h'), temp: join(person.dir, 't'), url: server.url, ...installed });
  return { server, program: installed.program, passed: Object.keys(env), person: { ...person, env: { ...person.env, ...env } } };
}
