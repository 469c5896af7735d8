import { testSeance } from '../support/test-seance.ts';

testSeance('opencode', { isNamedById: false });
