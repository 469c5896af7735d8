import { cutToColumns, shorten } from '#base';

/** What is told of a session in its pane's status line; `share` is of the usable window. */
export interface StatusFacts {
  readonly agent: string;
  readonly generation: number;
  readonly bead?: string | undefined;
  readonly title?: string | undefined;
  readonly step?: { readonly id: string; readonly position: number } | undefined;
  readonly stepCount?: number | undefined;
  readonly share?: number | undefined;
}

/** The texts at both ends of a status line, plain and on one line. */
export interface StatusLine {
  readonly left: string;
  readonly right: string;
}

const leftColumns = 40;
/** With the left end it leaves a window of 120 columns a gap; in a narrower one tmux cuts it. */
const rightColumns = 76;
const titleLength = 32;

/** The status line of a pane (L7): who; what hangs on the hook, the step, how full the context is, the generation. */
export function renderStatusLine(facts: StatusFacts): StatusLine {
  const { agent, generation, bead, title, step, stepCount, share } = facts;
  const work = bead === undefined ? 'nothing on the hook' : title === undefined ? bead : `${bead} ${shorten(title, titleLength)}`;
  const parts = [
    work,
    stepCount === undefined ? undefined : step === undefined ? `all ${stepCount} steps done` : `step ${step.position}/${stepCount} ${shorten(step.id, 20)}`,
    // In steps of one per cent: a status line that changes with every token would be drawn all the time.
    share === undefined ? undefined : `${Math.floor(share * 100 + 1e-9)} %`,
    `gen ${generation}`,
  ];
  const right = parts.filter((part) => part !== undefined).join(' · ');
  return { left: cutToColumns(shorten(agent, leftColumns), leftColumns), right: cutToColumns(right, rightColumns) };
}
