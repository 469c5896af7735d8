import { test } from 'node:test';
import { lifeKillingsOnce } from '../support/killings.ts';
import { runKillings } from '../support/run-killings.ts';

test('whoever is killed at any fault point of a start, a handoff or a death, one life goes on with the step, hook and notes', (t) =>
  runKillings(t, lifeKillingsOnce));
