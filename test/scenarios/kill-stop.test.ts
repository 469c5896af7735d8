import { test } from 'node:test';
import { stopKillingsOnce } from '../support/killings.ts';
import { runKillings } from '../support/run-killings.ts';

test('whoever is killed at any fault point of a stop, the agent is stopped, and started again it goes on at its step', (t) =>
  runKillings(t, stopKillingsOnce, 'max'));
