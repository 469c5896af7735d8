import { testSeance } from '../support/test-seance.ts';

testSeance('kimi', { isNamedById: false });
