import { testNudges } from '../support/test-nudges.ts';

testNudges('kimi');
