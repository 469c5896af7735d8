import type { Address } from './address.ts';

/** Every place in a town's folder (DESIGN.md section 5), absolute if `root` is. */
export interface TownPaths {
  readonly root: string;
  readonly settings: string;
  /** Gas Town's own file of who plays which role; read if present, never written. */
  readonly roleAgents: string;
  readonly formulas: string;
  readonly directives: string;
  readonly hidden: string;
  readonly store: string;
  /** Copies of the store, made before it is migrated. */
  readonly copies: string;
  readonly run: string;
  readonly snapshot: string;
  readonly alive: string;
  /** How far the transcripts of live sessions were read. */
  readonly meters: string;
  readonly pids: string;
  readonly spoolTmp: string;
  readonly spoolNew: string;
  readonly bin: string;
  readonly logs: string;
  readonly screens: string;
  readonly transcripts: string;
  /** Things in the making: whoever finds one whose maker is dead removes it. */
  readonly making: string;
  readonly removed: string;
  /** Where what sessions had not committed is brought back to. */
  readonly restored: string;
}

/** The places of one rig. */
export interface RigPaths {
  readonly root: string;
  readonly settings: string;
  readonly repository: string;
  readonly crew: string;
  readonly polecats: string;
  readonly witness: string;
  readonly refinery: string;
}

export function townPaths(root: string): TownPaths {
  const hidden = `${root}/.baton`;
  const run = `${hidden}/run`;
  const logs = `${hidden}/logs`;
  return {
    root,
    settings: `${root}/baton.toml`,
    roleAgents: `${root}/settings/agents.json`,
    formulas: `${root}/formulas`,
    directives: `${root}/directives`,
    hidden,
    store: `${hidden}/town.db`,
    copies: `${hidden}/copies`,
    run,
    snapshot: `${run}/settings.json`,
    alive: `${run}/alive`,
    meters: `${run}/meters`,
    pids: `${run}/pids`,
    spoolTmp: `${run}/spool/tmp`,
    spoolNew: `${run}/spool/new`,
    bin: `${hidden}/bin`,
    logs,
    screens: `${logs}/screens`,
    transcripts: `${hidden}/transcripts`,
    making: `${hidden}/making`,
    removed: `${hidden}/removed`,
    restored: `${hidden}/restored`,
  };
}

/** The places of a rig whose name was accepted; no accepted name leaves the town. */
export function rigPaths(town: string, rig: string): RigPaths {
  const root = `${town}/${rig}`;
  return {
    root,
    settings: `${root}/rig.toml`,
    repository: `${root}/repo.git`,
    crew: `${root}/crew`,
    polecats: `${root}/polecats`,
    witness: `${root}/witness`,
    refinery: `${root}/refinery/rig`,
  };
}

/** Where an agent works: a worktree for crew and polecats, a folder of the town or rig for everyone else. */
export function agentFolder(town: string, { role, rig, name }: Address): string {
  if (rig !== null)
    return role === 'crew' || role === 'polecat'
      ? `${town}/${rig}/${role === 'crew' ? 'crew' : 'polecats'}/${name}`
      : `${town}/${rig}/${role === 'refinery' ? 'refinery/rig' : role}`;
  if (role === 'overseer') return town;
  return role === 'boot' ? `${town}/deacon/dogs/boot` : `${town}/${role}`;
}
