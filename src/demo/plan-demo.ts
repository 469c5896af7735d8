import { minute } from '#base';

/** What a demo has done, by whom, and what of it is shown: an agent without a model is cut short and killed, for nothing of it costs anything. */
export interface DemoPlan {
  readonly runtime: string;
  readonly formula: string;
  readonly work: readonly DemoTask[];
  /** Polecats at once; a bead that finds no free place waits. */
  readonly capacity: number;
  /** The window that each has, where it is made small; a real agent has its own. */
  readonly windowTokens: number | undefined;
  /** One agent is killed in the middle of a step, and every bead is handed over: both are promises then. */
  readonly isHard: boolean;
  /** What is not done by then is not going to be: the demo fails and says what it waits for. */
  readonly runMsMax: number;
}

interface DemoTask {
  readonly task: string;
  readonly title: string;
  readonly body: string;
}

/** The maintenance that a repository is given; all of it is real, and lands as commits. */
const maintenance: readonly DemoTask[] = [
  { task: 'inventory', title: 'Inventory of the tree by language and size', body: '' },
  { task: 'links', title: 'Check every relative link in the Markdown', body: '' },
  { task: 'markers', title: 'Scan for left-over markers', body: '' },
  { task: 'scripts', title: 'Check the syntax of the scripts', body: '' },
];

/** Small enough for any model, and easy for a person to judge. */
const oneTask: DemoTask = {
  task: 'inventory',
  title: 'List the ten largest files of this repository',
  body: 'Write `docs/largest-files.md`: a Markdown table of the ten largest tracked files, each with its path and its size in bytes, largest first. Change nothing else.',
};

/** So small that no bead fits into one session: every one is handed over in the middle of its molecule. */
const smallWindow = 10_000;

export function planDemo(runtime: string): DemoPlan {
  if (runtime === 'runbook')
    return { runtime, formula: 'maintenance', work: maintenance, capacity: 3, windowTokens: smallWindow, isHard: true, runMsMax: 4 * minute };
  return { runtime, formula: 'work', work: [oneTask], capacity: 1, windowTokens: undefined, isHard: false, runMsMax: 20 * minute };
}
