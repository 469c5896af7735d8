import { testHardLimit } from '../support/test-asked.ts';

testHardLimit('claude');
