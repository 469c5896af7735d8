import type { ModelRequest } from './request.ts';
import type { Step } from './step.ts';

/** What the model does: a queue of steps, or a rule that answers each main request; undefined is a plain `ok`. */
export type Script = readonly Step[] | ((request: ModelRequest) => Step | undefined);

/** Keeps a script for each client key, and one for all others. A queue that has run out says `ok`. */
export class Scripts {
  readonly #rules = new Map<string, (request: ModelRequest) => Step | undefined>();

  set(key: string | undefined, script: Script): void {
    this.#rules.set(key ?? '', typeof script === 'function' ? script : queueOf(script));
  }

  next(request: ModelRequest): Step {
    return (this.#rules.get(request.key) ?? this.#rules.get(''))?.(request) ?? {};
  }
}

function queueOf(steps: readonly Step[]): () => Step | undefined {
  const waiting = steps.map((step) => ({ step, times: step.times ?? 1 }));
  return () => {
    const next = waiting[0];
    if (next === undefined) return undefined;
    next.times -= 1;
    if (next.times <= 0) waiting.shift();
    return next.step;
  };
}
