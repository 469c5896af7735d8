import { flag, keyValue, text, whole } from '../field.ts';

/** What start, attach and restart take. */
export const startOptions = {
  detach: flag('do not attach', { short: 'd' }),
  runtime: text('the program that plays it', { default: 'from the settings', names: 'runtimes' }),
  model: text('the model that the runtime is told to use', { default: 'from the settings' }),
  account: text('the account that it runs under', { value: 'NAME', default: 'from the settings', names: 'accounts' }),
  env: keyValue('one more variable for its environment; may be said again'),
  resume: text("the runtime's own id of a conversation to go on with", { value: 'ID' }),
  topic: text('what its first line says it is started for', { default: 'cold-start' }),
  instructions: text('said to it after its first line', { value: 'TEXT' }),
  command: text("a program that is run instead of the runtime's own: a path, or a JSON list of words", { value: 'WORDS' }),
  readyDelay: whole('how long it must survive to count as ready, where it reports no start', { value: 'SECONDS', max: 86_400 }),
  wait: flag('wait until it is ready, as without this'),
  noWait: flag('come back as soon as its program runs'),
  waitFatal: flag('stop it again where it is not ready in time'),
  killExisting: flag('hand a live session over first'),
  foreground: flag('stay until the session ends; 1 where it crashed'),
} as const;

/** What restart takes besides. */
export const restartOptions = {
  fresh: flag('without a handoff'),
  now: flag('without asking the agent for a document first; one is rebuilt'),
} as const;

/** What stop and down take. */
export const stopOptions = { now: flag('without asking the agent for a document first; one is rebuilt') } as const;
