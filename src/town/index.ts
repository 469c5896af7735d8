export { addAccount, getAccount, listAccounts, removeAccount, setDefaultAccount } from './account-rows.ts';
export { addCrew, type CrewDeps } from './add-crew.ts';
export { type AddedRig, addRig, type RigDeps, type RigToAdd } from './add-rig.ts';
export { changeRigState } from './change-rig-state.ts';
export { type ClearDeps, type Cleared, refuseLocked } from './clear-worktree.ts';
export { type CreateTownAnswer, type CreateTownDeps, createTown } from './create-town.ts';
export { type Estop, readEstop, setEstopRow } from './estop.ts';
export { findAgent } from './find-agent.ts';
export { findAgentAt, isWithin } from './find-agent-at.ts';
export { type Environment, findTown, isTown, personalTownPath } from './find-town.ts';
export { type Group, isGroup, readGroup, selectGroup } from './groups.ts';
export { hintStart } from './hint-start.ts';
export { loadSettings } from './load-settings.ts';
export { loadSnapshot } from './load-snapshot.ts';
export * from './model.ts';
export { openPersonalTown, openTown, type Town } from './open-town.ts';
export { setDesiredRow, setStartOrderRow } from './order-agent.ts';
export {
  type Clearance,
  clearSpawningRow,
  countPolecats,
  findAbandonedSpawns,
  freePolecatRow,
  listUnfreedPolecats,
  type PolecatToReserve,
  type ReserveAnswer,
  reservePolecatRow,
  retirePolecatRow,
  takeClearanceRow,
} from './polecat-rows.ts';
export { createPolecatWorktree, removePolecatWorktree } from './polecat-worktree.ts';
export { type PublishedBranch, publishBranch, publishRig } from './publish-rig.ts';
export { type AgentQuery, getAgent, getAgentForNow, listAgents, listAgentsForNow } from './read-agents.ts';
export { readClaims } from './read-claims.ts';
export { findRig, getRig, listRigs } from './read-rigs.ts';
export { recordBootRow } from './record-boot.ts';
export { removeCrew } from './remove-crew.ts';
export { type RemovedRig, removeRig } from './remove-rig.ts';
export { resetAgent } from './reset-agent.ts';
export { type RestoredWorktree, restoreWorktree } from './restore-worktree.ts';
export { type ShownRig, showRig } from './show-rig.ts';
export { type SyncDeps, type SyncedRig, syncRig } from './sync-rig.ts';
