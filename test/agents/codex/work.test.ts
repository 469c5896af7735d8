import { testWork } from '../support/test-work.ts';

testWork('codex');
