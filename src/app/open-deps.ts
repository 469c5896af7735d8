import { openGit } from '#git';
import { buildEnvironment, hostIdentity, systemChance, systemClock } from '#host';
import type { Writer } from '#store/model';
import { findTown, openPersonalTown, openTown, type Town } from '#town';
import type { Deps, Programs } from './deps.ts';
import { noTown } from './no-town.ts';

/** Whose place is opened: `town` is `--town`; `isPersonal` falls back to the person's own town outside every other. */
export interface OpenRequest {
  readonly env: Deps['env'];
  readonly cwd: string;
  readonly town?: string | undefined;
  readonly isPersonal?: boolean;
  readonly by: Writer;
  readonly programs: Programs;
}

/** Builds everything that verbs are handed. Fault `not-found` outside every town. */
export async function openDeps(request: OpenRequest): Promise<Deps> {
  const host = hostIdentity();
  const town = await openPlace(request, host);
  return {
    clock: systemClock,
    chance: systemChance,
    env: request.env,
    cwd: request.cwd,
    host,
    root: town.root,
    paths: town.paths,
    store: town.store,
    settings: town.settings,
    git: openGit({
      env: buildEnvironment(request.env, { pass: town.settings.get('env.pass') }),
      clock: systemClock,
      identity: { name: town.settings.get('git.name'), email: town.settings.get('git.email') },
    }),
    by: request.by,
    programs: request.programs,
  };
}

async function openPlace(request: OpenRequest, host: Deps['host']): Promise<Town> {
  const { env, cwd } = request;
  const root = findTown({ env, cwd, flag: request.town });
  if (root !== undefined) return openTown({ clock: systemClock, env }, root);
  if (request.isPersonal !== true) throw noTown(cwd);
  return openPersonalTown({ clock: systemClock, chance: systemChance, host, env });
}
