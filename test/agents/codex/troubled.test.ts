import { testTroubled } from '../support/test-troubled.ts';

testTroubled('codex', { waitsFor: 'waiting for network' });
