import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describeError, second } from '#base';
import { getRuntime, type Runtime, type ScreenReading } from '#runtimes';
import { type Condition, listUnready, type Session, setConditionRow, typeNudge } from '#sessions';
import { captureScreen, findPane, pressKeys, type Tmux } from '#tmux';
import { type Agent, getAgent } from '#town';
import type { Deps } from '../deps.ts';
import type { Duty } from './duty.ts';
import { firstPromptName, launchFolder } from './launch-folder.ts';

const roundMs = second;
/** A program that does not obey the keys that accept its dialog asks a person after so many tries. */
const triesMax = 3;

type Parts = Deps & { readonly tmux: Tmux; readonly tell: (line: string) => void };

/**
 * Sees programs that were started over their threshold (L1): accepts the dialogs that are known, where the permissions say so, and calls a person to
 * the others; pastes the first prompt into the prompts of those that take it in no other way.
 */
export function welcome(deps: Deps, parts: Pick<Parts, 'tmux' | 'tell'>): Duty {
  const tries = new Map<string, number>();
  return {
    name: 'welcome',
    round: async () => {
      const unready = await listUnready(deps.store.db, deps.host.id);
      for (const session of unready) {
        try {
          await look({ ...deps, ...parts }, session, tries);
        } catch (error) {
          parts.tell(`${session.agent}: its first screen could not be looked at: ${describeError(error)}`);
        }
      }
      for (const key of tries.keys()) if (!unready.some(({ id }) => key.startsWith(id))) tries.delete(key);
      return roundMs;
    },
  };
}

async function look(parts: Parts, session: Session, tries: Map<string, number>): Promise<void> {
  const agent = await getAgent(parts.store.db, session.agent);
  const runtime = getRuntime(session.runtime, parts.settings, { rig: agent.rig });
  const pane = runtime.readScreen === undefined && runtime.readDialog === undefined ? undefined : await findPane(parts.tmux, agent.pane);
  if (pane?.mark !== session.id || pane.isDead) return;
  const reading = read(runtime, await captureScreen(parts.tmux, pane.paneId));
  if (reading.dialog !== undefined) return answerDialog(parts, { agent, session, paneId: pane.paneId, dialog: reading.dialog, tries });
  if (session.condition?.kind === 'waiting' && runtime.descriptor.startSignal.kind === 'none') await setCondition(parts, session, undefined);
  if (reading.prompt === 'empty') await giveFirstPrompt(parts, session, runtime, pane.paneId);
}

function read({ readScreen, readDialog }: Runtime, screen: string): ScreenReading {
  if (readScreen !== undefined) return readScreen(screen);
  const dialog = readDialog?.(screen);
  return { prompt: 'unknown', ...(dialog === undefined ? {} : { dialog }) };
}

/** No signal of a program that gives none ends its wait for a person: that its dialog is gone does. */
async function setCondition({ store }: Parts, { id, agent }: Session, condition: Condition | undefined): Promise<void> {
  await store.change({ actor: 'daemon', point: 'condition' }, async (tx, now) => ({
    answer: undefined,
    events: await setConditionRow(tx, now, { session: id, agent, condition }),
  }));
}

interface Asked {
  readonly agent: Agent;
  readonly session: Session;
  readonly paneId: string;
  readonly dialog: NonNullable<ScreenReading['dialog']>;
  readonly tries: Map<string, number>;
}

async function answerDialog(parts: Parts, { agent, session, paneId, dialog, tries }: Asked): Promise<void> {
  const key = `${session.id} ${dialog.name}`;
  const count = tries.get(key) ?? 0;
  const isAllowed = agent.role !== 'overseer' && parts.settings.get(`roles.${agent.role}.permissions`, { rig: agent.rig }) === 'bypass';
  if (isAllowed && dialog.accept.length > 0 && count < triesMax) {
    tries.set(key, count + 1);
    await pressKeys(parts.tmux, paneId, dialog.accept);
    parts.tell(`${agent.address}: accepted the dialog "${dialog.name}"`);
    return;
  }
  const detail = `its dialog "${dialog.name}" waits for a person`;
  await setCondition(parts, session, { kind: 'waiting', at: session.condition?.at ?? parts.clock.now(), detail });
}

/** Typed once: a daemon that is killed between the typing and its note types it again into a prompt that is empty, which it then is not. */
async function giveFirstPrompt({ paths, ...deps }: Parts, session: Session, runtime: Runtime, paneId: string): Promise<void> {
  const path = join(launchFolder(paths, session.id), firstPromptName);
  if (!existsSync(path)) return;
  const answer = await typeNudge(deps, { paneId, runtime, text: readFileSync(path, 'utf8') });
  if (answer === 'typed') renameSync(path, `${path}.given`);
}
