import { flag, keyValue, text } from '../field.ts';

/** What start, attach and restart take. */
export const startOptions = {
  detach: flag('do not attach', { short: 'd' }),
  runtime: text('the program that plays it', { default: 'from the settings' }),
  env: keyValue('one more variable for its environment; may be said again'),
  topic: text('what its first line says it is started for', { default: 'cold-start' }),
} as const;
