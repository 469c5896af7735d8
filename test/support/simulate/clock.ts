import type { Clock } from '#base';

/** A clock whose wall time and passing time part when somebody sets it. */
export interface SimulatedClock extends Clock {
  /** Time passes. */
  advance(ms: number): void;
  /** The wall clock is set on or back; no time passes. */
  jump(ms: number): void;
  /** False once it was set. */
  isSteady(): boolean;
  restart(): void;
}

/** 2026-01-01T00:00:00Z. */
const beginning = 1_767_225_600_000;

export function simulatedClock(): SimulatedClock {
  let [wall, passed] = [beginning, 0];
  return {
    now: () => wall,
    monotonic: () => passed,
    advance: (ms) => {
      wall += ms;
      passed += ms;
    },
    jump: (ms) => {
      wall += ms;
    },
    isSteady: () => wall === beginning + passed,
    restart: () => {
      [wall, passed] = [beginning, 0];
    },
  };
}
