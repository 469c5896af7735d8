/** Sleeps for `ms`, or until a wake or the end cuts it short. A wake while nobody sleeps cuts the next sleep. */
export interface Sleeper {
  sleep(ms: number): Promise<void>;
  wake(): void;
}

/** Once `end` is aborted nothing sleeps any more. */
export function makeSleeper(end: AbortSignal): Sleeper {
  let isWaked = false;
  let rouse = () => {};
  const wake = () => {
    isWaked = true;
    rouse();
  };
  end.addEventListener('abort', wake, { once: true });
  return {
    wake,
    sleep: async (ms) => {
      if (!isWaked && !end.aborted) {
        const { promise, resolve } = Promise.withResolvers<void>();
        const timer = setTimeout(resolve, ms);
        rouse = resolve;
        await promise;
        clearTimeout(timer);
        rouse = () => {};
      }
      isWaked = false;
    },
  };
}
