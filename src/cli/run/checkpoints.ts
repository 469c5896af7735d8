import { plural } from '#base';
import { checkpointPage } from '../print/checkpoint.ts';
import { answers } from '../run.ts';

/** `baton checkpoint write` */
export const writeCheckpoint = answers({
  ask: (app, request: { notes?: string; molecule?: string; step?: string }) => app.checkpoints.write(request),
  print: (checkpoint, page) => checkpointPage(page, checkpoint),
});

/** `baton checkpoint read` */
export const readCheckpoint = answers({
  ask: (app, request: { agent?: string }) => app.checkpoints.read(request),
  print: (checkpoint, page) => checkpointPage(page, checkpoint),
});

/** `baton checkpoint clear` */
export const clearCheckpoint = answers({
  ask: (app) => app.checkpoints.clear(),
  print: ({ count }) => (count === 0 ? 'no checkpoint to clear' : `cleared ${plural(count, 'checkpoint')}`),
});
