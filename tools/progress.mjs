// Parsed by any Node from 18 on.
import { spawn } from 'node:child_process';

const heartbeatMs = 5000;

/** One line of progress. It goes to stderr, so that a command's own output stays clean. */
export function say(text) {
  process.stderr.write(`setup: ${text}\n`);
}

/** Ends set-up with a sentence that says what to do. */
export class SetupProblem extends Error {}

/** Runs a program quietly, with a line every few seconds while it lasts. Answers its exit code and everything it printed. */
export function runShown(label, command, args, cwd) {
  return new Promise((resolve) => {
    const startedAt = Date.now();
    const seconds = () => `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
    say(`${label} …`);
    const heartbeat = setInterval(() => say(`${label} … ${seconds()}`), heartbeatMs);
    const chunks = [];
    const end = (code) => {
      clearInterval(heartbeat);
      if (code === 0) say(`${label}: done in ${seconds()}`);
      resolve({ code, output: chunks.join('') });
    };
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.on('error', (error) => {
      chunks.push(error.message);
      end(127);
    });
    child.on('close', (code, signal) => end(signal === null ? code : 128));
  });
}
