/** It writes none, so that no line is a record of it. */
export function readLine(_line: string): undefined {
  return undefined;
}
