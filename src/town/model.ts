import type { Generated } from '#store/model';
import type { AccountRow } from './account.ts';
import type { AgentRow } from './agent.ts';
import type { RigRow } from './rig.ts';

export type { Account, AccountRow } from './account.ts';
export { type Address, type AgentText, formatAddress, nameKey, type Role, readAddress, readAgentText, rigRoles, roles, townRoles } from './address.ts';
export { type Agent, type AgentRow, addressOf, type Desired, type StartOrder } from './agent.ts';
export { checkedAgentName, checkedRigName, isAgentName, isRigName } from './names.ts';
export { paneName, type RigLabel, resolvePaneAlias } from './pane.ts';
export { agentFolder, type RigPaths, rigPaths, type TownPaths, townPaths } from './paths.ts';
export { firstFreeName, polecatNames } from './polecat-names.ts';
export { checkedPrefix, derivePrefix, isPrefix, townPrefix } from './prefix.ts';
export { judgeRigAct, type Rig, type RigAct, type RigRow, type RigState } from './rig.ts';

/** A machine that takes part in the town. */
export interface HostRow {
  id: string;
  name: string;
  joined_at: number;
  /** The boot that the town last ran in on it; another one means that it was restarted. */
  boot_id: Generated<string | null>;
}

declare module '#store/model' {
  interface Tables {
    hosts: HostRow;
    rigs: RigRow;
    agents: AgentRow;
    accounts: AccountRow;
  }
}
