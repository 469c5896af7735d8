import { commandDocs as docsOf } from '../command-docs.ts';
import { bashCompletion } from '../completions/bash.ts';
import { fishCompletion } from '../completions/fish.ts';
import { zshCompletion } from '../completions/zsh.ts';
import { catalogue } from '../declarations/index.ts';
import { answers } from '../run.ts';
import { runtimeDocs } from '../runtime-docs.ts';

const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

/** `baton completion SHELL` */
export const completion = answers({
  ask: (_app, { shell }: { shell: keyof typeof scripts }) => ({ shell, script: scripts[shell](catalogue) }),
  print: ({ script }) => script,
});

/** `baton version` */
export const version = answers({
  ask: (_app, _input: object, io) => ({ version: io.version, node: process.version }),
  print: (answer) => `baton ${answer.version}`,
});

/** `baton docs runtimes` */
export const runtimeTables = answers({
  ask: (app) => ({ text: runtimeDocs(app.outside.runtimes) }),
  print: ({ text }) => text,
});

/** `baton docs commands` */
export const commandDocs = answers({
  ask: () => ({ text: docsOf(catalogue) }),
  print: ({ text }) => text,
});
