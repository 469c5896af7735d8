import { test } from 'node:test';
import { raceToSling } from '../support/race-to-sling.ts';

test('of 20 processes that sling one bead to 20 targets one wins, and the others leave nothing', (t) => raceToSling(t, 20));
