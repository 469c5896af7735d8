import { testAsked } from '../support/test-asked.ts';

testAsked('kimi');
