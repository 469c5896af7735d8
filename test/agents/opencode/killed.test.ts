import { testKilled } from '../support/test-killed.ts';

testKilled('opencode');
