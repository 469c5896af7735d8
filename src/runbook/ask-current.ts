import { setTimeout as sleep } from 'node:timers/promises';
import { doublingBackoff, minute, second } from '#base';
import { type Agent, tellFailure } from './agent.ts';
import { type Current, readCurrent } from './read-current.ts';

/** What the hook asks for now. An answer that is none is told, and asked for again: without it there is nothing that could be done. */
export async function askCurrent(agent: Agent): Promise<Current> {
  for (let n = 1; ; n += 1) {
    const answer = await agent.baton.ask({ argv: ['mol', 'current', '--json'] });
    const current = answer.kind === 'done' ? readCurrent(answer.stdout) : undefined;
    if (current !== undefined) return current;
    if (answer.kind === 'failed') tellFailure(agent, 'mol current', answer);
    else agent.screen.bad('baton mol current gave an answer that I do not know');
    await sleep(doublingBackoff(n, second, minute));
  }
}
