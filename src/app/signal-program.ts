import { quoteWord } from '#base';

/** A signal that could not be answered is spooled under this name, its text saying which one and how it failed. */
export const failedSignal = 'failed';

/**
 * The `sh` program that an agent's settings call with a signal's name (`Programs.signal`). It ends with 0 whatever happens, because an agent takes
 * other codes as an order to stop; what fails is left in the spool, and the daemon tells it. What needs no answer is left there too, without a program
 * being started: `waiting`, `end`, and the signals of a tool as long as nobody has something to say to this session (`.baton/run/told`). Outside of a
 * session it does nothing. `batonPath` and `runPath` are absolute.
 */
export function writeSignalProgram({ batonPath, runPath }: { batonPath: string; runPath: string }): string {
  return `#!/bin/sh
signal=$1
session=$BATON_SESSION
run=${quoteWord(runPath)}
[ -n "$session" ] || { cat > /dev/null; exit 0; }
name() { echo "$(date +%s%3N 2> /dev/null | tr -dc 0-9).$session.$1.$$"; }
leave() {
  umask 077
  file=$(name "$1")
  cat > "$run/spool/tmp/$file" && mv "$run/spool/tmp/$file" "$run/spool/new/$file"
}
case $signal in
  waiting | end) leave "$signal" 2> /dev/null; exit 0 ;;
  pre-tool | post-tool) [ -e "$run/told/$session" ] || { leave "$signal" 2> /dev/null; exit 0; } ;;
esac
umask 077
errors=$run/spool/tmp/errors.$$
${quoteWord(batonPath)} signal "$signal" 2> "$errors"
code=$?
[ "$code" -eq 0 ] || { echo "$signal: exit code $code"; head -c 2000 "$errors"; } | leave ${failedSignal} 2> /dev/null
rm -f "$errors"
exit 0
`;
}
