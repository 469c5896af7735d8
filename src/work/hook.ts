import type { Bead } from './bead.ts';
import type { Molecule, Step } from './molecule.ts';

/** An agent's hook: the bead on it, its molecule and current step, and what else is assigned to the agent. */
export interface Hook {
  readonly agent: string;
  readonly bead: Bead | undefined;
  readonly molecule: Molecule | undefined;
  readonly step: Step | undefined;
  readonly assigned: readonly Bead[];
}

/** What hooking came to. Everything but `hooked` and `already` is a conflict for whoever wanted it done (`hookConflict`). */
export type HookAnswer =
  | { readonly kind: 'hooked'; readonly bead: Bead; readonly molecule: Molecule | undefined }
  | { readonly kind: 'already'; readonly bead: Bead; readonly molecule: Molecule | undefined }
  | { readonly kind: 'busy'; readonly hooked: Bead }
  | { readonly kind: 'taken'; readonly bead: Bead; readonly by: string }
  | { readonly kind: 'waits'; readonly bead: Bead; readonly needs: readonly string[] }
  | { readonly kind: 'unfit'; readonly bead: Bead };
