import { testTold } from '../support/test-told.ts';

testTold('copilot');
