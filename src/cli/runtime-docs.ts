import { type Descriptor, type Runtime, signals } from '#runtimes/model';

/** What stands around the part of `docs/runtimes.md` that is made from the adapters. */
const madeFrom = '<!-- made by `baton docs runtimes` -->';

/** What each adapter says of its program, as two tables and its quirks in Markdown. */
export function runtimeDocs(runtimes: readonly Runtime[]): string {
  const real = runtimes.filter(({ descriptor }) => descriptor.hasModel);
  return [madeFrom, capabilityTable(real), signalTable(real), quirkList(real), madeFrom].join('\n\n');
}

const columns: readonly (readonly [string, (runtime: Runtime) => string])[] = [
  ['started as', ({ descriptor }) => `\`${descriptor.command.join(' ')}\``],
  ['first prompt', ({ descriptor }) => prompts[descriptor.prompt.kind]],
  ['signals by', ({ descriptor }) => reporters[descriptor.signals.kind]],
  ['start signal', ({ descriptor }) => starts[descriptor.startSignal.kind]],
  ['window', ({ descriptor }) => `${descriptor.windowTokens / 1000}k`],
  ['compacts itself at', ({ descriptor }) => (descriptor.compactsAtShare === 1 ? 'never' : `${Math.round(descriptor.compactsAtShare * 1000) / 10} %`)],
  ['id of our choice', ({ descriptor }) => yes(descriptor.conversation.takesId)],
  ['resume', ({ descriptor }) => yes(descriptor.conversation.resumes)],
  ['fork (`seance --talk`)', ({ descriptor, fork }) => yes(descriptor.conversation.forks && fork !== undefined)],
  ['typed nudges', ({ readScreen }) => yes(readScreen !== undefined)],
  ['transcript', ({ transcript }) => (transcript.kind === 'lines' ? 'file' : 'database')],
];

const prompts: Readonly<Record<Descriptor['prompt']['kind'], string>> = { argv: 'argument', stdin: 'stdin', paste: 'pasted', none: 'none' };
const reporters: Readonly<Record<Descriptor['signals']['kind'], string>> = { own: 'itself', settings: 'settings', plugin: 'a plugin', none: 'nobody' };
const starts: Readonly<Record<Descriptor['startSignal']['kind'], string>> = {
  'before-prompt': 'at start',
  'with-prompt': 'with the first prompt',
  none: 'none',
};

function capabilityTable(of: readonly Runtime[]): string {
  return table(
    ['', ...of.map(({ name }) => name)],
    columns.map(([title, tell]) => [title, ...of.map(tell)]),
  );
}

/** `●` where an answer reaches the model, `○` where the signal is only reported. */
function signalTable(of: readonly Runtime[]): string {
  const mark = ({ descriptor }: Runtime, signal: (typeof signals)[number]) => {
    if (!descriptor.signals.reported.includes(signal)) return '';
    return descriptor.signals.carriesContext.includes(signal) ? '●' : '○';
  };
  return table(
    ['signal', ...of.map(({ name }) => name)],
    signals.map((signal) => [signal, ...of.map((runtime) => mark(runtime, signal))]),
  );
}

function quirkList(of: readonly Runtime[]): string {
  return of
    .filter(({ descriptor }) => descriptor.quirks.length > 0)
    .map(({ name, descriptor }) => [`**${name}**`, '', ...descriptor.quirks.map((quirk) => `- ${quirk}`)].join('\n'))
    .join('\n\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function yes(is: boolean): string {
  return is ? 'yes' : '–';
}
