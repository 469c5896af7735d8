/** Both are Baton's own programs, and report in one form. */
export { answer, ownSignals, readSignal } from '../runbook/signals.ts';
