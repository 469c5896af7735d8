import { testResumed } from '../support/test-resumed.ts';

testResumed('opencode');
