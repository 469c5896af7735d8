// `npm run check`: types, pure types, lint and format, dead code, the house; all at once, one line each, and the whole output of what fails.
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

const parts = {
  types: ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json', '--noEmit', '--pretty'],
  'pure types': ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.pure.json', '--noEmit', '--pretty'],
  'lint and format': ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '--max-diagnostics=200', '--colors=off'],
  'dead code': ['node_modules/knip/bin/knip.js', '--no-progress', '--no-config-hints'],
  house: ['test/house.test.ts'],
};

/** Answers the exit code. */
export async function check() {
  const startedAt = Date.now();
  const results = await Promise.all(Object.entries(parts).map(([name, args]) => runPart(name, args)));
  const failed = results.filter(({ code }) => code !== 0);
  for (const { name, output } of failed) console.log(`\n--- ${name} ---\n${output.trim()}`);
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  console.log(`\ncheck: ${failed.length === 0 ? 'all is well' : `${failed.map(({ name }) => name).join(', ')} failed`}, in ${seconds} s`);
  return failed.length === 0 ? 0 : 1;
}

function runPart(name, args) {
  const startedAt = Date.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const gather = (chunk) => {
      output += chunk;
    };
    child.stdout.on('data', gather);
    child.stderr.on('data', gather);
    child.on('error', reject);
    child.on('close', (code) => {
      console.log(`${code === 0 ? 'ok  ' : 'FAIL'}  ${name.padEnd(16)} ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
      resolve({ name, code, output });
    });
  });
}
