/** The steps of the molecules that scenarios interrupt. */
export const sevenNames = ['one', 'two', 'three', 'four', 'five', 'six', 'seven'] as const;

/**
 * Seven steps, each with an effect that may happen only once: a line in `<file>.txt`, which its check looks for. Each says `NAME GENERATION` in
 * the sign `<file>.began`, then does `before` and waits for the sign `<file>.<NAME>`. The effect comes before the wait in every second
 * step, so that an interruption finds it done there, and not done in the others.
 */
export function sevenSteps(file: string, before: (name: string) => string = () => ':'): string {
  return sevenNames
    .map((name, i) => {
      const effect = `echo ${name} >> ${file}.txt`;
      const wait = `until [ -e $HOME/signs/${file}.${name} ]; do sleep 0.05; done`;
      const body = i % 2 === 1 ? [effect, before(name), wait] : [before(name), wait, effect];
      return `
[[steps]]
id = "${name}"
check = "grep -qx ${name} ${file}.txt 2>/dev/null"
run = '''
echo ${name} $BATON_GENERATION >> $HOME/signs/${file}.began
${body.join('\n')}
'''
`;
    })
    .join('');
}
