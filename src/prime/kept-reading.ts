import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ensureDir, writeFileAtomic } from '#host';
import { townPaths } from '#town';
import type { UsageReading } from '#transcripts/model';

/** Changes with the shape of a reading: another program's is none. */
const version = 3;

/** How far a session's transcript was read, as the daemon kept it: whoever measures goes on from there, for a transcript may be tens of MB. */
export function findKeptReading(root: string, session: string): UsageReading | undefined {
  const path = pathOf(root, session);
  if (!existsSync(path)) return undefined;
  try {
    const kept = JSON.parse(readFileSync(path, 'utf8')) as { version?: unknown; reading?: UsageReading };
    return kept.version === version ? kept.reading : undefined;
  } catch (error) {
    // Torn by a crash of the machine, or taken away meanwhile: then the transcript is read whole.
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Keeps a reading for those that measure after us. */
export function keepReading(root: string, session: string, reading: UsageReading): void {
  const path = pathOf(root, session);
  ensureDir(dirname(path), 0o700);
  writeFileAtomic(path, `${JSON.stringify({ version, reading })}\n`);
}

/** Takes a reading away when its session is over. */
export function dropReading(root: string, session: string): void {
  rmSync(pathOf(root, session), { force: true });
}

function pathOf(root: string, session: string): string {
  return join(townPaths(root).meters, `${session}.json`);
}
