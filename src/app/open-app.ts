import { hostIdentity, systemChance, systemClock } from '#host';
import { runtimes } from '#runtimes';
import { isOlderStore } from '#store';
import { createTown, findTown, loadSettings, personalTownPath, townPaths } from '#town';
import { keepAlive, type Place, whoCalls } from './caller.ts';
import type { Deps } from './deps.ts';
import { findCaller } from './find-caller.ts';
import { findPrograms } from './find-programs.ts';
import { isGuest, readOnlyStore } from './guest.ts';
import { noTown } from './no-town.ts';
import { type OpenRequest, openDeps } from './open-deps.ts';
import { reviveDaemon } from './reach-daemon.ts';
import { installShims, removeShims } from './shims.ts';
import { updateTown } from './update-town.ts';
import { accountVerbs } from './verbs/accounts.ts';
import { agentVerbs } from './verbs/agents.ts';
import { assignmentVerbs } from './verbs/assignments.ts';
import { beadVerbs } from './verbs/beads.ts';
import { checkpointVerbs } from './verbs/checkpoints.ts';
import { configVerbs } from './verbs/config.ts';
import { crewVerbs } from './verbs/crew.ts';
import { daemonVerbs } from './verbs/daemon.ts';
import { escalationVerbs } from './verbs/escalations.ts';
import { estopVerbs } from './verbs/estop.ts';
import { formulaVerbs } from './verbs/formulas.ts';
import { hookVerbs } from './verbs/hooks.ts';
import { journalVerbs } from './verbs/journal.ts';
import { krcVerbs } from './verbs/krc.ts';
import { logVerbs } from './verbs/logs.ts';
import { mailVerbs } from './verbs/mail.ts';
import { moleculeVerbs } from './verbs/molecules.ts';
import { nudgeVerbs } from './verbs/nudges.ts';
import { pastVerbs } from './verbs/past.ts';
import { personalSignalVerbs } from './verbs/personal-signals.ts';
import { polecatVerbs } from './verbs/polecats.ts';
import { rigVerbs } from './verbs/rigs.ts';
import { runtimeVerbs } from './verbs/runtimes.ts';
import { sessionVerbs } from './verbs/sessions.ts';
import { signalVerbs } from './verbs/signals.ts';
import { tmuxVerbs } from './verbs/tmux.ts';
import { townVerbs } from './verbs/town.ts';

/** Where a command works: in a town; in the person's own town outside every other; anywhere, without a store. */
export type Need = 'town' | 'personal' | 'none';

/** Every verb of Baton, by noun: what commands, tools and routes ask. Outside a town all but `outside` answer with the fault `not-found`. */
export type App = ReturnType<typeof makeInside> & Outside;

interface Outside {
  readonly outside: OutsideVerbs;
  /** Revives a daemon that should live, lets go of the store. */
  close(): Promise<void>;
}

type OutsideVerbs = ReturnType<typeof outsideVerbs>;

/** Opens what a command needs, and nothing else is ever built anywhere else. */
export async function openApp(place: Place, need: Need): Promise<App> {
  const outside = outsideVerbs(place);
  if (need === 'none') return onlyOutside({ outside, close: async () => {} }, place.cwd);
  const deps = await openFor(place, need === 'personal');
  keepAlive(deps);
  const close = async () => {
    await reviveDaemon(deps).finally(() => deps.store.close());
  };
  return { ...makeInside(deps), outside, close };
}

/** Everything that verbs are handed, with who calls. */
async function openFor(place: Place, isPersonal: boolean): Promise<Deps> {
  const deps = await openUpdated({ ...place, isPersonal, by: whoCalls(place.env), programs: findPrograms(place.env, process.argv[1]) });
  try {
    const by = await findCaller(deps);
    return isGuest(place.env) ? { ...deps, by, store: readOnlyStore(deps.store) } : { ...deps, by };
  } catch (error) {
    await deps.store.close();
    throw error;
  }
}

/** A store that an older Baton made is brought up to date first (S6): no command could read it. */
async function openUpdated(request: OpenRequest): Promise<Deps> {
  try {
    return await openDeps(request);
  } catch (error) {
    const { env, cwd, town, programs } = request;
    const root = findTown({ env, cwd, flag: town }) ?? personalTownPath(env);
    if (!isOlderStore(error)) throw error;
    await updateTown({ root, paths: townPaths(root), settings: loadSettings({ env }, root), env, programs });
    return openDeps(request);
  }
}

function makeInside(deps: Deps) {
  return {
    accounts: accountVerbs(deps),
    agents: agentVerbs(deps),
    assignments: assignmentVerbs(deps),
    beads: beadVerbs(deps),
    checkpoints: checkpointVerbs(deps),
    config: configVerbs(deps),
    crew: crewVerbs(deps),
    daemon: daemonVerbs(deps),
    escalations: escalationVerbs(deps),
    estop: estopVerbs(deps),
    formulas: formulaVerbs(deps),
    hooks: hookVerbs(deps),
    journal: journalVerbs(deps),
    krc: krcVerbs(deps),
    logs: logVerbs(deps),
    mail: mailVerbs(deps),
    nudges: nudgeVerbs(deps),
    molecules: moleculeVerbs(deps),
    past: pastVerbs(deps),
    polecats: polecatVerbs(deps),
    rigs: rigVerbs(deps),
    runtimes: runtimeVerbs(deps),
    sessions: sessionVerbs(deps),
    signals: signalVerbs(deps),
    tmux: tmuxVerbs(deps),
    town: townVerbs(deps),
  };
}

/** What needs no town. */
function outsideVerbs(place: Place) {
  const programs = findPrograms(place.env, process.argv[1]);
  return {
    createTown: (dir: string) => createTown({ clock: systemClock, chance: systemChance, host: hostIdentity() }, { dir }),
    programs: () => programs,
    /** Every adapter. */
    runtimes,
    /** The seeds' program names on a person's PATH. */
    installShims: (dir: string) => installShims({ ...place, programs }, dir),
    removeShims: (dir: string) => removeShims(place, dir),
    personalSignals: personalSignalVerbs({ ...place, programs }),
  };
}

function onlyOutside(outside: Outside, cwd: string): App {
  return new Proxy(outside as App, {
    get: (target, name) => {
      // `then` is asked by await, which must see no promise here.
      if (name in target || typeof name === 'symbol' || name === 'then') return Reflect.get(target, name);
      throw noTown(cwd);
    },
  });
}
