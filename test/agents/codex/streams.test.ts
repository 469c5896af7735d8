import { testStreams } from '../support/test-troubled.ts';

testStreams('codex');
