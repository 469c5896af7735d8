import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { readBootId } from './boot-id.ts';
import { sha256Hex } from './sha256.ts';

/** This machine: `id` is `host_` + 8 hex and stays over reboots and renames where there is a machine id; `bootId` (8 hex) changes with every boot. */
export type HostIdentity = { readonly id: string; readonly name: string; readonly bootId: string; readonly platform: NodeJS.Platform };

export function hostIdentity(): HostIdentity {
  const name = hostname();
  // machine-id(5) asks not to show the id itself: a hash of it stands in.
  const source = readLine('/etc/machine-id') ?? readLine('/var/lib/dbus/machine-id') ?? name;
  const id = `host_${sha256Hex(`baton:${source}`).slice(0, 8)}`;
  return { id, name, bootId: readBootId(), platform: process.platform };
}

function readLine(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}
