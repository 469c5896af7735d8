import { test } from 'node:test';
import { transferKillings } from '../support/killings.ts';
import { runTransferKillings } from '../support/run-transfer-killings.ts';

test('whoever is killed at any fault point of a transfer, it is recorded once, told once, and received', { timeout: 1_200_000 }, (t) =>
  runTransferKillings(t, transferKillings),
);
