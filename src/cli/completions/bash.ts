import type { Catalogue } from '../parse-line.ts';
import { completionTree, namers, type Place, type Values } from './completion-tree.ts';

/** The script that bash evaluates to complete `baton`. */
export function bashCompletion(catalogue: Catalogue): string {
  const places = completionTree(catalogue);
  const paths = places.filter(({ path }) => path !== '').map(({ path }) => `'${path}'`);
  return `# bash completion of baton; put this into ~/.bashrc: eval "$(baton completion bash)"
_baton() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} path= next i words= names= options=
  # bash splits --name=value at the equals sign
  if [[ $cur == '=' ]]; then cur=; elif [[ $prev == '=' ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    next="\${path:+$path }\${COMP_WORDS[i]}"
    case $next in
      ${paths.join(' | ')}) path=$next ;;
    esac
  done
  case $path in
${places.map(placeCase).join('\n')}
  esac
  case "$path:$prev" in
${places.flatMap(valueCases).join('\n')}
    *:--town) COMPREPLY=($(compgen -d -- "$cur")); return ;;
  esac
  case $names in
${Object.entries(namers)
  .map(([kind, line]) => `    ${kind}) words=$(${line} 2>/dev/null) ;;`)
  .join('\n')}
  esac
  if [[ $cur == -* ]]; then words=$options; fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _baton baton
`;
}

function placeCase({ path, commands, options, values }: Place): string {
  const words = [...commands.map(({ word }) => word), ...values.choices].join(' ');
  const names = values.names === undefined ? '' : ` names=${values.names}`;
  return `    '${path}') words='${words}' options='${options.map(({ word }) => word).join(' ')}'${names} ;;`;
}

/** What follows an option that takes a value is that value, and neither a command nor an argument. */
function valueCases({ path, options }: Place): string[] {
  return options
    .filter(({ takesValue, word }) => takesValue && word !== '--town')
    .map(({ word, short, values }) => {
      const said = [word, ...(short === undefined ? [] : [short])].map((name) => `'${path}:${name}'`).join(' | ');
      return `    ${said}) options= ${assign(values)} ;;`;
    });
}

function assign({ choices, names }: Values): string {
  return `words='${choices.join(' ')}' names=${names ?? ''}`;
}
