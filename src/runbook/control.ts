/**
 * What a person or the supervisor may want of the program while it runs. It is in one of four states:
 *
 * - resting: at its prompt. SIGINT ends the program (exit 0: nothing was cut short).
 * - in a turn: SIGINT cuts the turn; the command that runs is ended, and the agent goes to its prompt.
 * - turn cut: a second SIGINT ends the program (130).
 * - ending: the turn is cut, no call of `baton` is begun any more, and the program exits when its command is gone.
 *
 * SIGTERM (143) and SIGHUP (129) end it from every state.
 */
export class Control {
  readonly #ending = new AbortController();
  readonly #ended = Promise.withResolvers<number>();
  #turn: AbortController | undefined;
  #isResting = false;
  #command: Promise<unknown> = Promise.resolve();

  /** Aborted when the program ends. */
  get ending(): AbortSignal {
    return this.#ending.signal;
  }

  /** The exit code, once something has asked for the end. */
  get ended(): Promise<number> {
    return this.#ended.promise;
  }

  /** A turn begins; the signal is aborted when it is to be cut short. */
  beginTurn(): AbortSignal {
    this.#isResting = false;
    this.#turn = new AbortController();
    return this.#turn.signal;
  }

  endTurn(): void {
    this.#turn = undefined;
  }

  rest(): void {
    this.#isResting = true;
  }

  /** A command runs, which the program's end waits for (`isSettled`). */
  hold<T>(command: Promise<T>): Promise<T> {
    this.#command = command;
    return command;
  }

  /** Settles when no command runs any more. */
  get isSettled(): Promise<unknown> {
    return this.#command;
  }

  interrupt(): void {
    if (this.#isResting) this.end(0);
    else if (this.#turn === undefined || this.#turn.signal.aborted) this.end(130);
    else this.#turn.abort();
  }

  end(code: number): void {
    this.#ending.abort();
    this.#turn?.abort();
    this.#ended.resolve(code);
  }
}
