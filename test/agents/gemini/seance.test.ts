import { testSeance } from '../support/test-seance.ts';

testSeance('gemini', { isNamedById: false });
