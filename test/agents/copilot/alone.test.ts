import { testAlone } from '../support/test-alone.ts';

testAlone('copilot');
