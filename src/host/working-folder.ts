/** The folder that a process works in. One that was removed under it is taken as the shell remembers it, so that an agent can still hand off. */
export function workingFolder(env: Readonly<Record<string, string | undefined>>): string {
  try {
    return process.cwd();
  } catch {
    return env.PWD ?? '/';
  }
}
