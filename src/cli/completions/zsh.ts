import type { Catalogue } from '../parse-line.ts';
import { completionTree, namers, type Place, type Word } from './completion-tree.ts';

/** The script that zsh loads to complete `baton`, with a line for each word. */
export function zshCompletion(catalogue: Catalogue): string {
  const places = completionTree(catalogue);
  const paths = places.filter(({ path }) => path !== '').map(({ path }) => quote(path));
  return `#compdef baton
# zsh completion of baton; put this into ~/.zshrc: eval "$(baton completion zsh)"
_baton() {
  local place= next word names=
  local -a commands options choices
  for word in "\${(@)words[2,CURRENT-1]}"; do
    next="\${place:+$place }$word"
    case $next in
      (${paths.join('|')}) place=$next ;;
    esac
  done
  case $place in
${places.map(placeCase).join('\n')}
  esac
  case "$place:\${words[CURRENT-1]}" in
${places.flatMap(valueCases).join('\n')}
    (*:--town) _files -/; return ;;
  esac
  case $names in
${Object.entries(namers)
  .map(([kind, line]) => `    (${kind}) choices+=("\${(@f)$(${line} 2>/dev/null)}") ;;`)
  .join('\n')}
  esac
  if [[ $PREFIX == -* ]]; then
    _describe -t options option options
  elif (( $#commands + $#choices )); then
    (( $#commands )) && _describe -t commands command commands
    (( $#choices )) && compadd -a choices
  else
    _files
  fi
}
if [[ $funcstack[1] == _baton ]]; then _baton "$@"; else compdef _baton baton; fi
`;
}

function placeCase({ path, commands, options, values }: Place): string {
  const names = values.names === undefined ? '' : ` names=${values.names}`;
  return `    (${quote(path)}) commands=(${described(commands)}) options=(${described(options)}) choices=(${values.choices.join(' ')})${names} ;;`;
}

function valueCases({ path, options }: Place): string[] {
  return options
    .filter(({ takesValue, word }) => takesValue && word !== '--town')
    .map(({ word, short, values }) => {
      const said = [word, ...(short === undefined ? [] : [short])].map((name) => quote(`${path}:${name}`)).join('|');
      return `    (${said}) commands=() options=() choices=(${values.choices.join(' ')}) names=${values.names ?? ''} ;;`;
    });
}

function described(words: readonly Word[]): string {
  return words.map(({ word, meaning }) => quote(`${word}:${meaning.replaceAll(':', '\\:')}`)).join(' ');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
