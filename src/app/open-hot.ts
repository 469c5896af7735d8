import { setTimeout as sleep } from 'node:timers/promises';
import { second } from '#base';
import { systemChance, systemClock } from '#host';
import type { Unread } from '#mail';
import type { Signal } from '#runtimes';
import { isOlderStore, openStore, type Store } from '#store';
import { findTown, loadSnapshot, townPaths } from '#town';
import { readHook } from '#work';
import { type CurrentWork, type Hook, judgeCurrent } from '#work/model';
import { keepAlive, type Place, whoCalls } from './caller.ts';
import { checkOwnMail } from './check-own-mail.ts';
import type { HotDeps } from './deps.ts';
import { findPrograms } from './find-programs.ts';
import { findDaemon, reviveDaemon } from './reach-daemon.ts';
import { answerSignal } from './verbs/answer-signal.ts';
import { type Reply, spoolUnanswered } from './verbs/tool-signals.ts';

/** The few verbs that sessions call all the time, for the bundle that starts fast (DESIGN.md section 4). */
export interface HotApp {
  signal(signal: Signal, stdin: string): Promise<Reply>;
  /** What hangs on the calling session's hook. */
  hook(): Promise<Hook>;
  current(): Promise<CurrentWork>;
  /** What is unread for it; injected, only what it was not told of yet. */
  mail(isInjected: boolean): Promise<Unread>;
  close(): Promise<void>;
}

/**
 * Opens the hot verbs for the session that calls. Undefined where they can't serve it: outside a session, outside every town, or with settings that
 * changed since their snapshot; the whole program serves it then.
 */
export async function openHotApp(place: Place): Promise<HotApp | undefined> {
  const by = whoCalls(place.env);
  const root = by.session === undefined ? undefined : findTown({ env: place.env, cwd: place.cwd, flag: place.town });
  const settings = root === undefined ? undefined : loadSnapshot({ env: place.env }, root);
  if (root === undefined || settings === undefined) return undefined;
  const paths = townPaths(root);
  const parts = { clock: systemClock, chance: systemChance, env: place.env, cwd: place.cwd, root, paths, settings, by };
  // Opening the store takes as long as all the rest, and some commands do without.
  let store: Store | undefined;
  const open = async (): Promise<HotDeps> => {
    store ??= await openCurrent(paths.store);
    // Only a daemon that has to be revived asks where the programs are.
    return {
      ...parts,
      store,
      get programs() {
        return findPrograms(place.env, process.argv[1]);
      },
    };
  };
  const hook = async () => readHook((await open()).store.db, by.actor);
  keepAlive(parts);
  return {
    signal: async (signal, stdin) => spoolUnanswered(parts, signal, stdin) ?? answerSignal(await open(), signal, stdin),
    hook,
    current: async () => judgeCurrent(await hook()),
    mail: async (isInjected) => checkOwnMail(await open(), { address: by.actor, isInjected }),
    close: async () => {
      try {
        if (findDaemon(parts) === undefined) await reviveDaemon(await open());
      } finally {
        await store?.close();
      }
    },
  };
}

/** An upgrade takes a second or two: whoever is called meanwhile waits for it, so that no session is told of a store that nobody can read. */
const upgradeMsMax = 10 * second;
const lookMs = 50;

async function openCurrent(path: string): Promise<Store> {
  const deadline = systemClock.monotonic() + upgradeMsMax;
  for (;;) {
    try {
      return await openStore({ clock: systemClock }, path);
    } catch (error) {
      if (!isOlderStore(error) || systemClock.monotonic() > deadline) throw error;
    }
    await sleep(lookMs);
  }
}
