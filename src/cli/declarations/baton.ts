import { type Command, command } from '../command.ts';
import { choice } from '../field.ts';

const section = 'Baton';

/** What is about Baton itself. */
export const batonCommands: readonly Command[] = [
  command({
    words: 'completion',
    section,
    summary: 'Print the completions of a shell',
    args: { shell: choice('the shell', ['bash', 'zsh', 'fish'], { isRequired: true }) },
    examples: [
      { line: 'completion bash', does: 'for ~/.bashrc: eval "$(baton completion bash)"' },
      { line: 'completion fish', does: 'for ~/.config/fish/completions/baton.fish' },
    ],
    need: 'none',
    run: async () => (await import('../run/baton.ts')).completion,
  }),
  command({
    words: 'version',
    section,
    summary: "Print Baton's version",
    examples: [{ line: 'version', does: 'also as --version' }],
    need: 'none',
    run: async () => (await import('../run/baton.ts')).version,
  }),
  command({
    words: 'docs commands',
    section,
    summary: 'Print docs/commands.md',
    examples: [{ line: 'docs commands', does: 'made from the declarations' }],
    need: 'none',
    isHidden: true,
    run: async () => (await import('../run/baton.ts')).commandDocs,
  }),
  command({
    words: 'docs runtimes',
    section,
    summary: 'Print the tables of docs/runtimes.md',
    examples: [{ line: 'docs runtimes', does: 'made from the adapters' }],
    need: 'none',
    isHidden: true,
    run: async () => (await import('../run/baton.ts')).runtimeTables,
  }),
];
