import type { App } from '#app';
import { Fault } from '#base';

/** What every program may need of a person's environment: the way out, and that the machine is a sandbox. */
const ofMachine = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy', 'IS_SANDBOX'];

/**
 * Names of the person's environment that the demo's sessions are given, since it is this person who has them run: the runtime's own. Told are the names alone,
 * and that no login was found, which may lie where nobody can look. Fault `unavailable` where the program is not there.
 */
export async function chooseVariables(
  app: App,
  { runtime, env }: { readonly runtime: string; readonly env: Readonly<Record<string, string | undefined>> },
  say: (line: string) => void,
): Promise<readonly string[]> {
  const { program, login, variables, command } = await app.runtimes.get(runtime);
  if (program.kind === 'missing')
    throw new Fault('unavailable', `"${command.value[0]}", which plays ${runtime}, is not on your PATH`, {
      hint: 'install it and try it once by hand; `baton demo` without --runtime needs nothing',
    });
  if (login.kind === 'out') say(`  no login of ${runtime} was found (${login.evidence}): it may ask for one`);
  const passed = [...variables, ...ofMachine.filter((name) => (env[name] ?? '') !== '')];
  if (passed.length > 0) say(`  its agents are given of your environment: ${passed.join(', ')}`);
  return passed;
}
