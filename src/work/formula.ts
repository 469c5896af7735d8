/** What a formula asks its pourer for. Without `default` and not required, it is empty. */
export interface FormulaVar {
  readonly description: string;
  readonly isRequired: boolean;
  readonly default: string | undefined;
  /** The values that it may have; undefined for any. */
  readonly values: readonly string[] | undefined;
}

export interface FormulaStep {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly needs: readonly string[];
  readonly acceptance: string;
  readonly run: string | null;
  readonly check: string | null;
  readonly timeoutS: number | null;
}

/** A workflow as read from TOML and found sound. `name` is the one that it was asked for by, so an alias keeps its own. */
export interface Formula {
  readonly name: string;
  readonly description: string;
  readonly version: string;
  readonly vars: Readonly<Record<string, FormulaVar>>;
  readonly steps: readonly FormulaStep[];
}
