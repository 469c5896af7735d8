/** Time, handed in. `now` is the wall clock in ms since 1970; `monotonic` is in ms from any origin and never goes back. */
export interface Clock {
  now(): number;
  monotonic(): number;
}

/** Chance, handed in. */
export interface Chance {
  /** `count` random bytes. */
  bytes(count: number): Uint8Array;
  /** A number from 0 up to, not including, 1. */
  fraction(): number;
}

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;
