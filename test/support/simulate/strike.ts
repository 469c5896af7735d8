import { hour } from '#base';
import { killDaemon, type Town } from './town.ts';

type Blow = (town: Town) => void;

/** What befalls a town from outside, with how often of all blows. */
const blows: readonly (readonly [lots: number, what: string, blow: Blow])[] = [
  [1, 'the tmux server is lost', ({ sim }) => sim.machine.loseServer()],
  [1, 'the host restarts', (town) => rebootHost(town)],
  [2, 'the daemon is killed', (town) => killDaemon(town)],
  [1, 'the clock is set', ({ sim }) => sim.template.clock.jump(sim.chance.below(2 * hour) - hour)],
  [1, 'a process can not be ended', (town) => holdOne(town)],
  [4, 'a process is killed', (town) => killOne(town)],
];

const lots = blows.flatMap((blow) => Array.from({ length: blow[0] }, () => blow));

/** Something befalls the town. */
export function strike(town: Town): void {
  const [, what, blow] = town.sim.chance.pick(lots);
  town.sim.tell(what);
  blow(town);
}

function rebootHost(town: Town): void {
  killDaemon(town);
  town.sim.machine.reboot();
}

function holdOne({ sim: { machine, chance } }: Town): void {
  if (machine.processes.size > 0) chance.pick([...machine.processes.values()]).isStuck = true;
}

function killOne({ sim: { machine, chance, tell } }: Town): void {
  if (machine.processes.size === 0) return;
  const victim = chance.pick([...machine.processes.values()]);
  tell(`${victim.life.name} is killed`);
  machine.end(victim, { signal: 9 });
}
