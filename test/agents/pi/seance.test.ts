import { testSeance } from '../support/test-seance.ts';

testSeance('pi');
