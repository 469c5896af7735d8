import { testSeance, testTalk } from '../support/test-seance.ts';

testSeance('claude');
testTalk('claude', '/exit');
