type StepStatus = 'pending' | 'active' | 'done' | 'skipped' | 'failed';

/** One durable step of a molecule. `position` counts from 1; `run` and `check` are commands for `sh -c`, asked in the worktree. */
export interface Step {
  readonly molecule: string;
  readonly id: string;
  readonly position: number;
  readonly title: string;
  readonly description: string;
  readonly needs: readonly string[];
  readonly acceptance: string;
  readonly run: string | null;
  readonly check: string | null;
  readonly timeoutS: number | null;
  readonly status: StepStatus;
  readonly startedAt: number | null;
  readonly startedSession: string | null;
  readonly endedAt: number | null;
  readonly endedSession: string | null;
  readonly note: string | null;
}

/** One instance of a formula, bound to a bead, with its steps in order. `vars` as they were when it was poured. */
export interface Molecule {
  readonly id: string;
  readonly bead: string;
  readonly formula: string;
  readonly version: string;
  readonly vars: Readonly<Record<string, string>>;
  readonly pouredAt: number;
  readonly endedAt: number | null;
  readonly outcome: 'done' | 'burned' | null;
  readonly steps: readonly Step[];
}

/** A row of `molecules` as stored. */
export interface MoleculeRow {
  id: string;
  bead: string;
  formula: string;
  version: string;
  vars: string;
  poured_at: number;
  ended_at: number | null;
  outcome: 'done' | 'burned' | null;
}

/** A row of `steps` as stored. */
export interface StepRow {
  molecule: string;
  id: string;
  position: number;
  title: string;
  description: string;
  needs: string;
  acceptance: string;
  run: string | null;
  check_run: string | null;
  timeout_s: number | null;
  status: StepStatus;
  started_at: number | null;
  started_session: string | null;
  ended_at: number | null;
  ended_session: string | null;
  note: string | null;
}

/** A step from its row. */
export function readStep(row: StepRow): Step {
  return {
    molecule: row.molecule,
    id: row.id,
    position: row.position,
    title: row.title,
    description: row.description,
    needs: JSON.parse(row.needs) as string[],
    acceptance: row.acceptance,
    run: row.run,
    check: row.check_run,
    timeoutS: row.timeout_s,
    status: row.status,
    startedAt: row.started_at,
    startedSession: row.started_session,
    endedAt: row.ended_at,
    endedSession: row.ended_session,
    note: row.note,
  };
}

/** A molecule from its row and its steps, which come in order of position. */
export function joinMolecule(row: MoleculeRow, steps: readonly Step[]): Molecule {
  return {
    id: row.id,
    bead: row.bead,
    formula: row.formula,
    version: row.version,
    vars: JSON.parse(row.vars) as Record<string, string>,
    pouredAt: row.poured_at,
    endedAt: row.ended_at,
    outcome: row.outcome,
    steps,
  };
}
