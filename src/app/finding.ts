/** One thing that was looked at. `hint` says what to do; `isMended` that `--fix` did it. */
export interface Finding {
  readonly check: string;
  readonly state: 'good' | 'warning' | 'bad';
  readonly detail: string;
  readonly hint: string | undefined;
  readonly isMended: boolean;
}

/** What is as it should be. */
export function good(check: string, detail: string): Finding {
  return { check, state: 'good', detail, hint: undefined, isMended: false };
}

/** What a person may want to know of, and may leave as it is. */
export function warn(check: string, detail: string, hint: string | undefined): Finding {
  return { check, state: 'warning', detail, hint, isMended: false };
}

/** What keeps something of Baton from working, and what to do about it. */
export function bad(check: string, detail: string, hint: string): Finding {
  return { check, state: 'bad', detail, hint, isMended: false };
}
