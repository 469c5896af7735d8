import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

let known: string | undefined;

/** 8 hexadecimal characters that change with every boot of this machine; `unknown` where it does not tell. Asked once per process. */
export function readBootId(): string {
  known ??= /^[0-9a-f]{8}/i.exec(askMachine())?.[0].toLowerCase() ?? 'unknown';
  return known;
}

function askMachine(): string {
  if (process.platform === 'linux') return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8');
  return spawnSync('sysctl', ['-n', 'kern.bootsessionuuid'], { encoding: 'utf8' }).stdout ?? '';
}
