import type { Catalogue } from '../parse-line.ts';
import { accountCommands } from './accounts.ts';
import { aroundCommands } from './around.ts';
import { batonCommands } from './baton.ts';
import { beadCommands } from './bead.ts';
import { checkpointCommands } from './checkpoints.ts';
import { configCommands } from './config.ts';
import { crewCommands } from './crew.ts';
import { estopCommands } from './estop.ts';
import { krcCommands } from './krc.ts';
import { mailCommands } from './mail.ts';
import { nudgeCommands } from './nudge.ts';
import { parkingCommands } from './parking.ts';
import { pastCommands } from './past.ts';
import { rigCommands } from './rig.ts';
import { roleCommands } from './roles.ts';
import { sessionCommands } from './sessions.ts';
import { townCommands } from './town.ts';
import { transferCommands } from './transfers.ts';
import { watchingCommands } from './watching.ts';
import { workCommands } from './work.ts';

/** Every command, in the order of help and docs. */
export const catalogue: Catalogue = {
  commands: [
    ...townCommands,
    ...estopCommands,
    ...configCommands,
    ...accountCommands,
    ...aroundCommands,
    ...rigCommands,
    ...parkingCommands,
    ...roleCommands,
    ...crewCommands,
    ...sessionCommands,
    ...checkpointCommands,
    ...transferCommands,
    ...beadCommands,
    ...workCommands,
    ...mailCommands,
    ...nudgeCommands,
    ...pastCommands,
    ...watchingCommands,
    ...krcCommands,
    ...batonCommands,
  ],
  summaries: {
    account: 'Under whose login runtimes work',
    agent: 'One agent',
    boot: 'Who watches the deacon, where that is an agent',
    bead: 'Tracked pieces of work',
    'bead dep': 'What a bead waits for',
    checkpoint: 'Notes of safe points',
    'config agent': 'The programs that can play agents',
    config: 'Settings of the town and its rigs',
    crew: "A person's named, long-lived workers",
    deacon: 'Who keeps the town going',
    daemon: 'The one that keeps everything going',
    docs: 'Documents made from the declarations',
    formula: 'Workflows',
    krc: 'The Key Record Chronicle: how long events are kept',
    mail: 'Durable messages to addresses',
    mayor: "Who turns a person's wishes into work",
    mol: 'Molecules: workflows bound to beads, with durable steps',
    'mol step': 'Steps of a molecule',
    mq: 'What waits to land',
    polecat: 'Agents of one assignment at a time',
    refinery: "Who lands a rig's work",
    rig: 'Git repositories under care',
    sessions: "Lives of agents' programs",
    shims: "The seeds' program names on your PATH",
    signals: 'Our signals in your own settings',
    witness: "Who watches a rig's polecats",
  },
};
