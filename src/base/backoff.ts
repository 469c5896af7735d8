/** The `n`th wait of a doubling back-off, n from 1: `first`, 2 × first, 4 × first … up to `max`. */
export function doublingBackoff(n: number, first: number, max: number): number {
  return Math.min(max, first * 2 ** Math.min(Math.max(n - 1, 0), 30));
}

/** `wait` moved by up to `share` of itself either way; `fraction` is a random number from 0 up to 1. */
export function withJitter(wait: number, share: number, fraction: number): number {
  return Math.round(wait * (1 + share * (2 * fraction - 1)));
}
