import { Fault, quoteWord } from '#base';
import type { ForkOrder, Launch, LaunchFile, LaunchOrder, Mirror } from '../contract.ts';
import { writeHooks } from './hooks.ts';

/** The environment name of the folder in which Gemini CLI looks for `.gemini`. */
export const homeVariable = 'GEMINI_CLI_HOME';

/**
 * `gemini --session-id ID --prompt-interactive PROMPT`, in a home of ours in which an extension of ours stands beside all that the person has (decision
 * 0021). Without relaunch it is one process, which ends by SIGTERM; with it a child outlives the pane.
 */
export function launch(order: LaunchOrder): Launch {
  const [program = 'gemini', ...words] = order.command ?? [];
  const bypass = order.permissions === 'bypass' ? ['--approval-mode', 'yolo', '--skip-trust'] : [];
  const conversation = order.resume === undefined ? ['--session-id', order.conversation] : ['--resume', order.resume];
  const home = `${order.filesFolder}/home`;
  return {
    argv: [program, ...words, ...bypass, ...conversation, ...modelFlags(order.model), '--prompt-interactive', order.prompt],
    env: { ...order.env, [homeVariable]: home, GEMINI_CLI_NO_RELAUNCH: 'true' },
    files: extensionFiles(`${home}/.gemini/extensions/baton`, order.programs.signal),
    mirrors: [
      mirror(home, ['extensions']),
      { path: `${home}/.gemini/extensions`, of: '.gemini/extensions', own: ['baton'], folders: [], files: ['extension-enablement.json'] },
    ],
  };
}

/**
 * A copy under a new id, imported from the transcript; nothing of it is reported. `-p` answers one question, in a folder that need not be trusted first. Its
 * home is the person's but for the conversations: any start beside them clears away those that were gone on with once (`quirks`), the original among them.
 */
export function fork(order: ForkOrder): Launch {
  if (order.transcript === undefined) {
    throw new Fault('unsupported', `gemini copies a conversation from its transcript, and that of "${order.conversation}" is not known`, {
      hint: 'ask the archive: `baton transcripts`',
    });
  }
  const [program = 'gemini', ...words] = order.command ?? [];
  const asked = order.question === undefined ? [] : ['--skip-trust', '--prompt', order.question];
  const home = `${order.filesFolder}/home`;
  return {
    argv: [program, ...words, '--session-file', order.transcript, ...modelFlags(order.model), ...asked],
    env: { ...order.env, [homeVariable]: home, GEMINI_CLI_NO_RELAUNCH: 'true' },
    files: [],
    mirrors: [mirror(home, conversations)],
  };
}

function modelFlags(model: string | undefined): string[] {
  return model === undefined ? [] : ['--model', model];
}

/** An extension that brings nothing but hooks; they run in folders too that nobody trusts yet. */
function extensionFiles(folder: string, signal: string): LaunchFile[] {
  const hooks = writeHooks((name) => `${quoteWord(signal)} ${name}`);
  return [
    { path: `${folder}/gemini-extension.json`, text: writeJson({ name: 'baton', version: '1.0.0' }) },
    { path: `${folder}/hooks/hooks.json`, text: writeJson({ hooks }) },
  ];
}

function writeJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** The folders of `.gemini` that hold what was said. */
const conversations = ['tmp', 'history'];

/** All that it keeps of a person stays where it was, but for what is `own`. */
function mirror(home: string, own: readonly string[]): Mirror {
  return {
    path: `${home}/.gemini`,
    of: '.gemini',
    own,
    folders: conversations.filter((name) => !own.includes(name)),
    files: ['settings.json', 'trustedFolders.json', 'projects.json', 'oauth_creds.json', 'google_accounts.json', 'installation_id', 'state.json'],
  };
}
