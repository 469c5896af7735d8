import { testTroubled } from '../support/test-troubled.ts';

testTroubled('pi');
