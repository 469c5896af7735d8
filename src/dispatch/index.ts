export { admitStart, refuseClosedRig, refuseEstop } from './admit-start.ts';
export { chooseRuntime, codeRuntime, type RuntimeChoice } from './choose-runtime.ts';
export { admitNuke, type Nuked, nukePolecat } from './nuke-polecat.ts';
export { type Pruned, prunePolecats } from './prune-polecats.ts';
export { listPreserved, type Restored, type RestoreRequest, restoreSession } from './restore-session.ts';
export { type Retired, retirePolecats } from './retire-polecats.ts';
export { type SlingDeps, type SlingRequest, type Slung, slingBead } from './sling-bead.ts';
export { takeBackAbandoned } from './take-back.ts';
export { type Unslung, unslingBead } from './unsling-bead.ts';
