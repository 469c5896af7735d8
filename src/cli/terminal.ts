import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { Fault } from '#base';

/** This process's terminal, which a program can be given until it ends. */
export interface Terminal {
  /** Runs a program in it; answers its exit code: 128 and the signal's number, as shells say, where one ended it. Fault `unsupported` where it cannot be run. */
  run(argv: readonly string[], seat?: Seat): Promise<number>;
  /** Gives a signal to the program that has the terminal; false where none has it. */
  pass(signal: NodeJS.Signals): boolean;
}

/** Where a program runs in the terminal: the whole environment and the folder; this process's own where nothing is said. */
export interface Seat {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** The terminal of this process. `isShared` says that its keys reach every program in it, so that Ctrl-C needs no passing on. */
export function processTerminal({ isShared }: { isShared: boolean }): Terminal {
  let child: ChildProcess | undefined;
  return {
    run: async (argv, seat) => {
      const [program = '', ...words] = argv;
      child = spawn(program, words, { stdio: 'inherit', ...seat });
      try {
        return await exitOf(child, program);
      } finally {
        child = undefined;
      }
    },
    pass: (signal) => {
      if (signal !== 'SIGINT' || !isShared) child?.kill(signal);
      return child !== undefined;
    },
  };
}

function exitOf(child: ChildProcess, program: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on('error', (cause) => reject(new Fault('unsupported', `"${program}" cannot be run`, { hint: 'is it installed and on the PATH?', cause })));
    child.on('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}
