import { type Command, command } from '../command.ts';
import { keyValue, text } from '../field.ts';

const section = 'Town';
const name = text('the account', { isRequired: true, value: 'NAME', names: 'accounts' });

/** Accounts: under whose login runtimes work. */
export const accountCommands: readonly Command[] = [
  command({
    words: 'account add',
    section,
    summary: 'Add an account of a runtime',
    about:
      "An account is a home of the program's own, in which its person logs in once, or variables whose values the daemon finds where it was started; no login and no value is kept by Baton. A session keeps its account, and its successors do too.",
    args: { name: text('its name', { isRequired: true, value: 'NAME' }) },
    options: {
      runtime: text('the program whose account it is', { isRequired: true, value: 'R', names: 'runtimes' }),
      home: text("the folder that is the program's home under it; made if it is not there", { value: 'DIR', default: 'one of its own; none with --env' }),
      env: keyValue('a variable of the program, and the name of the variable that holds its value; may be said again', { value: 'VARIABLE=NAME' }),
    },
    examples: [
      { line: 'account add work --runtime claude --home ~/.claude-work', does: 'then log in there once, as it says' },
      { line: 'account add metered --runtime claude --env ANTHROPIC_API_KEY=WORK_API_KEY', does: 'by a key that $WORK_API_KEY holds' },
    ],
    faults: ['not-found', 'conflict', 'unavailable'],
    need: 'personal',
    run: async () => (await import('../run/accounts.ts')).addAccount,
  }),
  command({
    words: 'account list',
    section,
    summary: 'List accounts: whose they are, whether they are logged in, who runs under them',
    examples: [{ line: 'account list', does: 'all of them' }],
    need: 'personal',
    run: async () => (await import('../run/accounts.ts')).listAccounts,
  }),
  command({
    words: 'account default',
    section,
    summary: 'Tell or change the account that sessions of a runtime take where nothing else names one',
    args: { name: text('the account; without it the present ones are told', { value: 'NAME', names: 'accounts' }) },
    examples: [
      { line: 'account default', does: 'tell them' },
      { line: 'account default work', does: 'for every runtime that it is an account of' },
    ],
    faults: ['not-found', 'unavailable'],
    need: 'personal',
    run: async () => (await import('../run/accounts.ts')).defaultAccount,
  }),
  command({
    words: 'account status',
    section,
    summary: 'Tell everything about an account; without a name about all',
    args: { name: text('the account', { value: 'NAME', names: 'accounts' }) },
    examples: [{ line: 'account status work', does: 'its login, its home, who runs under it' }],
    faults: ['not-found'],
    need: 'personal',
    run: async () => (await import('../run/accounts.ts')).accountStatus,
  }),
  command({
    words: 'account switch',
    section,
    summary: 'Hand a live agent over to a session under another account',
    args: { agent: text('the agent', { isRequired: true, value: 'AGENT', names: 'agents' }), name },
    examples: [{ line: 'account switch app/crew/max work', does: 'its work goes on there' }],
    faults: ['not-found', 'conflict', 'unavailable', 'timeout'],
    run: async () => (await import('../run/accounts.ts')).switchAccount,
  }),
  command({
    words: 'account remove',
    section,
    summary: 'Forget an account; its home and login stay as they are',
    args: { name },
    examples: [{ line: 'account remove work', does: 'nothing may run under it' }],
    faults: ['not-found', 'conflict', 'unavailable'],
    need: 'personal',
    run: async () => (await import('../run/accounts.ts')).removeAccount,
  }),
];
