import { Fault, formatCount } from '#base';
import { diskFree } from '#host';
import { diskFreeMin } from './model.ts';

/** Nothing starts on a disk that is nearly full (DESIGN.md section 12). */
export function refuseFullDisk({ root, freeBytes = diskFree }: { readonly root: string; readonly freeBytes?: (path: string) => number }): void {
  const free = freeBytes(root);
  if (free >= diskFreeMin) return;
  throw new Fault('unavailable', `only ${formatCount(free)}B are free on the town's disk`, {
    hint: 'free some space: nothing starts under 1 GB',
    details: { free },
  });
}
