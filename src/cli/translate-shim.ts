import { Fault } from '#base';

/** What starts a program: there `--agent` of the seeds is a runtime, and nowhere else (COMMANDS.md). */
const starts = /^(sling|attach|(mayor|deacon|boot|witness|refinery|crew) (start|attach|restart|at))$/;

/** Pages of `gt` that a seed only links to. */
const linked = ['session', 'compact'];

/** The words of a seed's program in ours. Fault `unsupported` for what a seed only links to. */
export function translateShim(name: string, words: readonly string[]): readonly string[] {
  if (name === 'bd') return ['bead', ...words];
  if (name === 'gt-automonitor') return ['automonitor', ...words];
  return name === 'gt' ? translateGt(words) : words;
}

function translateGt(words: readonly string[]): readonly string[] {
  const [noun = '', verb = ''] = words.filter((word) => !word.startsWith('-'));
  if (linked.includes(noun))
    throw new Fault('unsupported', `\`gt ${noun}\` is not offered: the seeds only link to it`, {
      hint: noun === 'session' ? '`baton sessions list` and `baton agents` tell what runs' : '`baton handoff` gives a fresh context',
    });
  return starts.test(noun) || starts.test(`${noun} ${verb}`) ? words.map(toRuntime) : words;
}

function toRuntime(word: string): string {
  return word.replace(/^--agent(?==|$)/, '--runtime');
}
