import { second } from '#base';
import type { Agent } from '#town';
import { type PrimeDeps, readSource } from './read-source.ts';
import type { PrimeState } from './rules.ts';

/** How a session of an agent begins, or its live one would begin now, with what shows it. */
export interface PrimeStatus {
  readonly state: PrimeState;
  readonly role: Agent['role'];
  readonly agent: string;
  /** Its live session, if it has one. */
  readonly session: string | undefined;
  /** The session that it goes on from. */
  readonly predecessor: string | undefined;
  /** Of the checkpoint that an earlier session left about work which is not over, in s. */
  readonly checkpointAgeS: number | undefined;
  readonly bead: string | undefined;
  /** The newest document that nobody received. */
  readonly document: string | undefined;
}

/** Tells the state of an agent's session, or of its next one where it has none. A pure read, as often as one likes (P3). */
export async function readPrimeStatus(deps: PrimeDeps, { agent }: { agent: string }): Promise<PrimeStatus> {
  const source = await deps.store.read((reader) => readSource(deps, reader, { agent }));
  const document = source.documents.find((handoff) => handoff.consumedAt === undefined);
  const { checkpoint, receiver } = source;
  return {
    state: source.state,
    role: source.agent.role,
    agent: source.agent.address,
    session: receiver.id,
    predecessor: document?.sourceSession ?? receiver.predecessor ?? checkpoint?.session,
    checkpointAgeS: checkpoint === undefined ? undefined : Math.floor((source.now - checkpoint.writtenAt) / second),
    bead: source.hook.bead?.id,
    document: document?.id,
  };
}
