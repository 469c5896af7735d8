import type { SeededChance } from './chance.ts';
import type { SimulatedClock } from './clock.ts';
import type { Life } from './scheduler.ts';

/** A process of the simulated machine: what a session's program is, or something that it left running. */
export interface SimulatedProcess {
  readonly pid: number;
  readonly start: string;
  readonly agent: string;
  readonly session: string;
  /** The program itself, in its pane. */
  readonly isProgram: boolean;
  readonly life: Life;
  /** TERM does not end it. */
  readonly ignoresTerm: boolean;
  /** Nothing ends it while this is true (a disk that does not answer). */
  isStuck: boolean;
  isHung: boolean;
  /** How full its context is, of the usable window. */
  share: number;
  /** Set while it sleeps. */
  wake: (() => void) | undefined;
}

/** A pane, which stays when its program has gone. */
export interface SimulatedPane {
  readonly paneId: string;
  readonly name: string;
  mark: string;
  pid: number;
  screen: string;
  ended: { readonly status: number | undefined; readonly signal: number | undefined; readonly at: number } | undefined;
}

export type ProgramEnding = { readonly status: number } | { readonly signal: number };

/** Processes and panes as they are, apart from what the store says of them. */
export interface Machine {
  readonly processes: Map<number, SimulatedProcess>;
  readonly panes: Map<string, SimulatedPane>;
  bootId(): string;
  start(program: { agent: string; session: string; pane: string }): SimulatedProcess;
  /** Something that a program leaves running beside itself. */
  fork(parent: SimulatedProcess): void;
  end(process: SimulatedProcess, ending: ProgramEnding, lastWords?: string): void;
  /** The tmux server dies, and what runs in its panes with it. */
  loseServer(): void;
  reboot(): void;
  of(agent: string): SimulatedProcess[];
  /** Anything of a session lives. */
  hasProcess(session: string): boolean;
  hasProgram(session: string): boolean;
}

/** Above every pid that a kernel gives, so that none of them is ever looked for in earnest. */
const firstPid = 5_000_001;

export function makeMachine({ chance, clock }: { chance: SeededChance; clock: SimulatedClock }): Machine {
  const processes = new Map<number, SimulatedProcess>();
  const panes = new Map<string, SimulatedPane>();
  let [nextPid, nextPane, boots] = [firstPid, 1, 1];
  const bootId = () => `b${String(boots).padStart(7, '0')}`;
  const add = (agent: string, session: string, isProgram: boolean): SimulatedProcess => {
    const pid = nextPid;
    nextPid += 1;
    const process: SimulatedProcess = {
      pid,
      start: `${pid}-${bootId()}`,
      agent,
      session,
      isProgram,
      life: { name: `${agent}[${session}]`, isKilled: false },
      ignoresTerm: chance.isLikely(0.2),
      isStuck: false,
      isHung: false,
      share: 0,
      wake: undefined,
    };
    processes.set(pid, process);
    return process;
  };
  const end = (process: SimulatedProcess, ending: ProgramEnding, lastWords = '') => {
    process.life.isKilled = true;
    processes.delete(process.pid);
    const pane = [...panes.values()].find(({ pid, ended }) => pid === process.pid && ended === undefined);
    if (pane === undefined) return;
    pane.screen = lastWords;
    pane.ended = { status: 'status' in ending ? ending.status : undefined, signal: 'signal' in ending ? ending.signal : undefined, at: clock.now() };
  };
  const loseServer = () => {
    panes.clear();
    for (const process of [...processes.values()]) if (process.isProgram) end(process, { signal: 1 });
  };
  return {
    processes,
    panes,
    bootId,
    start: ({ agent, session, pane: name }) => {
      const process = add(agent, session, true);
      const pane = panes.get(name);
      if (pane === undefined) panes.set(name, { paneId: `%${nextPane++}`, name, mark: session, pid: process.pid, screen: '', ended: undefined });
      else Object.assign(pane, { mark: session, pid: process.pid, screen: '', ended: undefined });
      return process;
    },
    fork: (parent) => void add(parent.agent, parent.session, false),
    end,
    loseServer,
    reboot: () => {
      for (const process of [...processes.values()]) end(process, { signal: 9 });
      panes.clear();
      boots += 1;
    },
    hasProcess: (session) => [...processes.values()].some((process) => process.session === session),
    hasProgram: (session) => [...processes.values()].some((process) => process.session === session && process.isProgram),
    of: (agent) => [...processes.values()].filter((process) => process.agent === agent),
  };
}
