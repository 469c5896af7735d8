import { Fault } from '#base';

/** What a town's command says outside every town (DESIGN.md section 5). */
export function noTown(cwd: string): Fault {
  return new Fault('not-found', `"${cwd}" is in no town`, { hint: 'make one with `baton init DIR`, go into one, or name it with `--town DIR`' });
}
