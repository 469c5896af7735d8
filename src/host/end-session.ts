import { endProcesses } from './end-processes.ts';
import { isOver, type ProcessEntry, type ProcessMark } from './model.ts';
import { listProcesses } from './processes.ts';
import { systemClock } from './system-clock.ts';

const termMs = 500;
const killMs = 500;
/** A process may fork while we look: so often is looked again. */
const roundsMax = 3;

/** Ends every process of the session that `leader` made, also those whose parents are gone. */
export async function endSession(leader: ProcessMark): Promise<void> {
  for (let round = 0; round < roundsMax; round += 1) {
    const members = membersOf(listProcesses(), leader);
    if (members.length === 0) return;
    await endProcesses({ clock: systemClock }, members, { interruptMs: 0, termMs: round === 0 ? termMs : 0, killMs });
  }
}

/** The kernel gives a pid to nobody else while a session bears it; a leader with another start means that ours is wholly gone. */
function membersOf(entries: readonly ProcessEntry[], leader: ProcessMark): ProcessEntry[] {
  const now = entries.find((entry) => entry.pid === leader.pid);
  if (now !== undefined && now.start !== leader.start) return [];
  return entries.filter((entry) => entry.sid === leader.pid && !isOver(entry));
}
