import { stringify } from 'smol-toml';
import { known } from '#base';
import { type FoundOption, fallbackOf, getOption, keysOf, nameMember, patterns } from './keys.ts';

/** A settings file in which every setting is a comment, with its default and meaning, for people to uncomment. `heading` comes first, without `#`. */
export function writeTemplate(home: 'town' | 'rig', heading: readonly string[]): string {
  const rows = patterns.map((pattern) => getOption(exampleKey(pattern))).filter(({ option }) => option.home === home);
  const sections = Map.groupBy(rows, ({ pattern }) => pattern.slice(0, Math.max(0, pattern.lastIndexOf('.'))));
  const lines = [...sections].flatMap(([name, members]) => {
    const header = name === '' ? [] : [name.includes('<') ? `# [${name}]` : `[${name}]`];
    return ['', ...header, ...members.map(writeRow)];
  });
  return `${[...heading.map((line) => `# ${line}`), ...lines].join('\n')}\n`;
}

function writeRow(found: FoundOption): string {
  const { kind, meaning, unit } = found.option;
  const fallback = fallbackOf({ ...found, member: undefined });
  const value =
    fallback === undefined
      ? '…'
      : stringify({ v: kind.write(fallback) })
          .trimEnd()
          .slice('v = '.length);
  const note = kind.choices?.join(', ') ?? unit;
  return `# ${known(found.pattern.split('.').at(-1), 'leaf')} = ${value} # ${meaning}${note === undefined ? '' : ` (${note})`}`;
}

function exampleKey(pattern: string): string {
  return keysOf(pattern)[0] ?? nameMember(pattern, 'example');
}
