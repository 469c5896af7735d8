import { testResumed } from '../support/test-resumed.ts';

testResumed('gemini');
