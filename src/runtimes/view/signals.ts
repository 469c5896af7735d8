/** Both are Baton's own programs, and report in one form. */
export { answer, readSignal } from '../runbook/signals.ts';
