import { testResumed } from '../support/test-resumed.ts';

testResumed('kimi');
