import type { Catalogue } from '../parse-line.ts';
import { completionTree, namers, type OptionWord, type Place, type Values } from './completion-tree.ts';

/** The script that fish loads to complete `baton`, with a line for each word. */
export function fishCompletion(catalogue: Catalogue): string {
  const places = completionTree(catalogue);
  const paths = places.filter(({ path }) => path !== '').map(({ path }) => quote(path));
  return `# fish completion of baton; save it as ~/.config/fish/completions/baton.fish
function __baton_at
    set -l path
    for word in (commandline -opc)[2..]
        set -l next (string join -- ' ' $path $word)
        if contains -- $next ${paths.join(' ')}
            set path $next
        end
    end
    test "$path" = "$argv[1]"
end
complete -c baton -e
${places.flatMap(placeLines).join('\n')}
`;
}

function placeLines({ path, commands, options, values }: Place): string[] {
  const at = `complete -c baton -n ${quote(`__baton_at ${quote(path)}`)}`;
  const words = commands.map(({ word, meaning }) => `${at} -f -a ${word} -d ${quote(meaning)}`);
  return [...words, ...valueLine(at, values), ...options.map((option) => optionLine(at, option))];
}

function valueLine(at: string, values: Values): string[] {
  const line = valueWords(values);
  return line === undefined ? [] : [`${at} -f -a ${line}`];
}

function optionLine(at: string, { word, short, meaning, takesValue, values }: OptionWord): string {
  const line = valueWords(values);
  const parts = [
    at,
    short === undefined ? '' : `-s ${short.slice(1)}`,
    `-l ${word.slice(2)}`,
    takesValue ? '-r' : '',
    line === undefined ? '' : `-f -a ${line}`,
    `-d ${quote(meaning)}`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function valueWords({ choices, names }: Values): string | undefined {
  if (choices.length > 0) return quote(choices.join(' '));
  return names === undefined ? undefined : quote(`(${namers[names]} 2>/dev/null)`);
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
