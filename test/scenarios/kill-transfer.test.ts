import { test } from 'node:test';
import { transferKillingsOnce } from '../support/killings.ts';
import { runTransferKillings } from '../support/run-transfer-killings.ts';

test('whoever is killed at any fault point of a transfer, it is recorded once, told once, and received', (t) => runTransferKillings(t, transferKillingsOnce));
