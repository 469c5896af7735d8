import { testDemo } from '../support/test-demo.ts';

testDemo('claude', ['ANTHROPIC_API_KEY']);
