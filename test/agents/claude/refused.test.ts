import { testRefused } from '../support/test-refused.ts';

testRefused('claude');
