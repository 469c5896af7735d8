import { test } from 'node:test';
import { stopKillings } from '../support/killings.ts';
import { runKillings } from '../support/run-killings.ts';

test('whoever is killed at any fault point of a stop, the agent is stopped, and started again it goes on at its step', { timeout: 1_200_000 }, (t) =>
  runKillings(t, stopKillings, 'max'),
);
