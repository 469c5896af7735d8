import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { Fault } from '#base';

/**
 * Runs a program in this process's own terminal and answers its exit code (128 + the signal's number, as shells say, where one ended it). Ctrl-C is
 * the program's: it reaches both, and this one waits.
 */
export function runInTerminal(argv: readonly string[]): Promise<number> {
  const [program = '', ...words] = argv;
  return new Promise((resolve, reject) => {
    const passOver = () => {};
    process.on('SIGINT', passOver);
    const child = spawn(program, words, { stdio: 'inherit' });
    const settle = (end: () => void) => {
      process.off('SIGINT', passOver);
      end();
    };
    child.on('error', (cause) =>
      settle(() => reject(new Fault('unsupported', `"${program}" cannot be run`, { hint: 'is it installed and on the PATH?', cause }))),
    );
    child.on('exit', (code, signal) => settle(() => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]))));
  });
}
