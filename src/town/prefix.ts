import { Fault } from '#base';

/** The town's own prefix: of its panes, and of beads of no rig. */
export const townPrefix = 'hq';

/** True for a prefix that a rig may have: 2 to 4 lower-case letters, not the town's. */
export function isPrefix(text: string): boolean {
  return /^[a-z]{2,4}$/.test(text) && text !== townPrefix;
}

/** The prefix itself. Faults: `invalid` for its form, `conflict` where another rig has it. */
export function checkedPrefix(text: string, taken: readonly string[]): string {
  if (text === townPrefix) throw new Fault('conflict', `the prefix "${townPrefix}" is the town's own`, { hint: 'take other letters' });
  if (!isPrefix(text)) throw new Fault('invalid', `"${text}" is no prefix`, { hint: 'a prefix has 2 to 4 lower-case letters' });
  if (taken.includes(text)) throw new Fault('conflict', `the prefix "${text}" is taken by another rig`, { hint: `taken are: ${[...taken].sort().join(', ')}` });
  return text;
}

/** A free prefix for a rig's name: its initials (`my-app` → `ma`), else its first letters, else letters counted through. */
export function derivePrefix(rig: string, taken: readonly string[]): string {
  const isFree = (prefix: string) => isPrefix(prefix) && !taken.includes(prefix);
  const found = candidates(rig.toLowerCase()).find(isFree) ?? counted().find(isFree);
  if (found === undefined) throw new Fault('conflict', 'every prefix of up to three letters is taken', { hint: 'name a free one with --prefix' });
  return found;
}

function candidates(rig: string): string[] {
  const words = rig.split(/[^a-z]+/).filter((word) => word !== '');
  const letters = words.join('');
  const initials = words
    .map((word) => word[0])
    .join('')
    .slice(0, 4);
  const pairs = [...letters.slice(1)].map((letter) => `${letters[0]}${letter}`);
  return [initials, letters.slice(0, 2), letters.slice(0, 3), letters.slice(0, 4), ...pairs];
}

/** `aa`, `ab`, … `zz`, `aaa`, … `zzz`. */
function counted(): string[] {
  const alphabet = [...'abcdefghijklmnopqrstuvwxyz'];
  const two = alphabet.flatMap((a) => alphabet.map((b) => a + b));
  return [...two, ...two.flatMap((pair) => alphabet.map((c) => pair + c))];
}
