import type { Observe } from '#app/testing';
import { observeSession } from '#sessions';
import { findPane } from '#tmux';
import type { Machine } from './machine.ts';

/** Whether a program lives the simulated machine tells; how it ended, the real look at its pane, which is a fresh one where the listing was from before. */
export function observeOn(machine: Machine): Observe {
  return async ({ tmux, clock, host }, agent, session, pane) => {
    const program = machine.of(agent.address).find((process) => process.isProgram && process.session === session.id);
    const isSeen = session.process === undefined ? pane?.mark === session.id : session.process.pid === program?.pid;
    if (program !== undefined && isSeen) return { kind: 'alive' };
    return observeSession(session, (await findPane(tmux, agent.pane)) ?? pane, clock.now(), host.bootId);
  };
}
