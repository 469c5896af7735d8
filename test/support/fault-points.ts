import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cleanup } from '#host/testing';
import { makePerson, type Person } from './person.ts';
import type { RunningLife } from './watch-town.ts';

/** The fault points that a scenario fires one after the other: each is armed by its token, and fires once, in whichever process comes first. */
export interface FaultPoints {
  /** Whose commands, daemon and panes carry the points. */
  readonly person: Person;
  arm(point: string): void;
  isFired(point: string): boolean;
  /** Takes back what did not fire, so that it kills nobody later. */
  disarm(point: string): void;
}

/** A person, the one that is given or one of their own, in whose environment every one of these points kills, once its token is there. */
export function makeFaultPoints(test: Cleanup, points: readonly string[], person: Person = makePerson(test)): FaultPoints {
  const folder = join(person.dir, 'h', 'tokens');
  mkdirSync(folder);
  const token = (point: string) => join(folder, point);
  const armed = points.map((point) => `${point}=kill@${token(point)}`).join(',');
  return {
    person: { ...person, env: { ...person.env, BATON_FAULT: armed } },
    arm: (point) => writeFileSync(token(point), ''),
    isFired: (point) => !existsSync(token(point)),
    disarm: (point) => rmSync(token(point), { force: true }),
  };
}

/** Arms all of these at once: whoever comes to one first is killed there. */
export function armAll(armed: FaultPoints, points: readonly string[]): void {
  for (const point of points) armed.arm(point);
}

/** Fails where one of these did not fire. */
export function assertFired(armed: FaultPoints, points: readonly string[]): void {
  assert.deepEqual(
    points.filter((point) => !armed.isFired(point)),
    [],
    'every one of them has killed somebody',
  );
}

/** Makes a life of the runbook look as if its context had passed the hard limit in the middle of a turn. */
export function fillContext(life: RunningLife): void {
  const record = {
    type: 'assistant',
    uuid: 'full',
    at: Date.now(),
    session_id: life.conversation,
    message: { role: 'assistant', content: '' },
    usage: { input_tokens: 10_000_000, output_tokens: 0 },
  };
  appendFileSync(life.transcript ?? '', `${JSON.stringify(record)}\n`);
}
