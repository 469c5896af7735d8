import { Fault } from '#base';

/** Words that mean something else wherever an agent's name may be typed: roles, their folders, senders, the automonitor's pane. */
const reservedAgentNames: readonly string[] = [
  'mayor',
  'deacon',
  'boot',
  'overseer',
  'witness',
  'refinery',
  'crew',
  'polecat',
  'polecats',
  'human',
  'daemon',
  'self',
  'all',
  'town',
  'hq',
  'automonitor',
];
/** Beside those: the folders of a town that stand where a rig's folder would (DESIGN.md section 5). */
const reservedRigNames: readonly string[] = [...reservedAgentNames, 'formulas', 'directives', 'settings', 'archive'];

/** Why a name is refused: `undefined` where it is none. */
type Reason = string | undefined;

/** True for a name that crew and polecats may have. */
export function isAgentName(name: string): boolean {
  return judgeAgentName(name) === undefined;
}

/** True for a name that a rig may have. */
export function isRigName(name: string): boolean {
  return judgeRigName(name) === undefined;
}

/** The name itself. Fault `invalid` with the rule that it breaks. */
export function checkedAgentName(name: string): string {
  return checked('an agent', name, judgeAgentName(name));
}

/** The name itself. Fault `invalid` with the rule that it breaks. */
export function checkedRigName(name: string): string {
  return checked('a rig', name, judgeRigName(name));
}

function judgeAgentName(name: string): Reason {
  // A polecat "crew-x" would have the pane of the crew member "x".
  if (/^crew-/i.test(name)) return 'names that begin with "crew-" belong to the panes of crew members';
  return judgeWord(name, reservedAgentNames);
}

function judgeRigName(name: string): Reason {
  return judgeWord(name, reservedRigNames);
}

/** Letters, digits, `-` and `_` only: nothing that leaves a folder (`..`, `/`), means something to tmux (`.`, `:`), to git or to a shell. */
function judgeWord(name: string, reserved: readonly string[]): Reason {
  if (!/^[A-Za-z0-9_-]*$/.test(name)) return 'a name has letters, digits, "-" and "_" only';
  if (!/^[A-Za-z0-9]/.test(name)) return 'a name begins with a letter or a digit';
  if (name.length > 32) return 'a name has at most 32 characters';
  return reserved.includes(name.toLowerCase()) ? 'that word is reserved' : undefined;
}

function checked(what: string, name: string, reason: Reason): string {
  if (reason === undefined) return name;
  throw new Fault('invalid', `"${name}" cannot be the name of ${what}: ${reason}`, { hint: 'take 1 to 32 letters, digits, "-" or "_"' });
}
