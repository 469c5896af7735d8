import { testAskedForHandoff } from '../support/test-asked.ts';

testAskedForHandoff('claude');
