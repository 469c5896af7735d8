import type { Chance } from '#base';

/** Chance that a seed decides wholly: the same seed gives the same numbers on every machine. */
export interface SeededChance extends Chance {
  /** A whole number from 0 up to, not including, `count`. */
  below(count: number): number;
  pick<Item>(items: readonly Item[]): Item;
  /** True in `share` of all cases. */
  isLikely(share: number): boolean;
}

/** mulberry32 (Tommy Ettinger): 32 bits of state, good enough to choose by. */
export function seededChance(seed: number): SeededChance {
  let state = seed >>> 0;
  const fraction = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number) => Math.floor(fraction() * count);
  return {
    fraction,
    below,
    bytes: (count) => Uint8Array.from({ length: count }, () => below(256)),
    pick: (items) => items[below(items.length)] as (typeof items)[number],
    isLikely: (share) => fraction() < share,
  };
}
