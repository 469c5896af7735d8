import { Fault, known, nearestName } from '#base';
import { type Option, options, playedRoles } from './options.ts';

type Table = typeof options;
type Pattern = keyof Table;
type Expand<P extends string> = P extends `${infer A}.<${string}>.${infer B}`
  ? `${A}.${string}.${B}`
  : P extends `${infer A}.<${string}>`
    ? `${A}.${string}`
    : P;

/** A key of the table; in a family any text stands for the member: `roles.crew.model`, `runtimes.claude.window`. */
export type SettingKey = Expand<Pattern>;

/** The type of a key's value: with `undefined` where the table has no default. */
export type SettingValue<K extends SettingKey> = { [P in Pattern]: K extends Expand<P> ? ValueOf<Table[P]> : never }[Pattern];
type ValueOf<O> = O extends Option<infer T, infer D> ? (D extends undefined ? T | undefined : T) : never;

/** A key found in the table: its row's pattern (`roles.<role>.mode`), its row, and the member it names in a family. */
export interface FoundOption {
  readonly key: SettingKey;
  readonly pattern: string;
  readonly option: Option<unknown>;
  readonly member: string | undefined;
}

/** The patterns of all rows, in the table's order. */
export const patterns = Object.keys(options) as readonly Pattern[];

const families = patterns.filter((pattern) => pattern.includes('<'));

/** The row of a key, undefined where there is none. A key that is a row's own name is not held against all others, for which a hot command has no time. */
export function findOption(key: string): FoundOption | undefined {
  if (!key.includes('<') && Object.hasOwn(options, key)) return foundIn(key as Pattern, key, undefined);
  for (const pattern of families) {
    const member = findMember(pattern, key);
    if (member !== undefined) return foundIn(pattern, key, member);
  }
  return undefined;
}

function foundIn(pattern: Pattern, key: string, member: string | undefined): FoundOption {
  return { key: key as SettingKey, pattern, option: options[pattern] as Option<unknown>, member };
}

/** The row of a key. Fault `invalid` with the nearest known key as hint. */
export function getOption(key: string, where?: string): FoundOption {
  const found = findOption(key);
  if (found !== undefined) return found;
  const near = nearestKey(key);
  const hint = near === undefined ? '`baton config list` shows every setting' : `did you mean "${near}"? \`baton config list\` shows every setting`;
  throw new Fault('invalid', `${where === undefined ? '' : `${where}: `}there is no setting "${key}"`, { hint });
}

/** The keys that a pattern stands for: itself, one per role, or none for an open family. */
export function keysOf(pattern: string): SettingKey[] {
  if (!pattern.includes('<')) return [pattern as SettingKey];
  return pattern.includes('<role>') ? playedRoles.map((role) => pattern.replace('<role>', role) as SettingKey) : [];
}

/** True for a family whose members are any names: `runtimes.<name>.window`, `krc.ttl.<type>`. */
export function isOpenFamily(pattern: string): boolean {
  return pattern.includes('<') && !pattern.includes('<role>');
}

/** The key of a family's member. */
export function nameMember(pattern: string, member: string): SettingKey {
  return pattern.replace(/<\w+>/, member) as SettingKey;
}

/** The default of a found option. */
export function fallbackOf({ option, member }: FoundOption): unknown {
  return (member === undefined ? undefined : option.fallbacks?.[member]) ?? option.fallback;
}

/** The environment's name of a key: `context.cycle` → `BATON_CONTEXT_CYCLE`. */
export function environmentName(key: string): string {
  return `BATON_${key.replaceAll(/[.-]/g, '_').toUpperCase()}`;
}

/** What the environment of every session says beside settings. Passed over at once, because hot commands read it again and again. */
const otherNames = new Set(['TOWN', 'AGENT', 'ROLE', 'RIG', 'SESSION', 'GENERATION', 'RUNTIME', 'ACCOUNT', 'BIN'].map((name) => `BATON_${name}`));

/** The key that an environment name sets, undefined where it sets none: `BATON_TOWN` and the like have other meanings. */
export function findKeyOfEnvironment(name: string): SettingKey | undefined {
  if (!name.startsWith('BATON_') || otherNames.has(name)) return undefined;
  // A key and its name differ by a prefix: the lengths rule nearly all out, for a hot command that has no time to spell every name.
  const keyLength = name.length - environmentName('').length;
  const whole = patterns.find((pattern) => pattern.length === keyLength && !pattern.includes('<') && environmentName(pattern) === name);
  if (whole !== undefined) return whole as SettingKey;
  for (const pattern of families) {
    const [before = '', after] = environmentName(pattern).split(/<\w+>/);
    if (!name.startsWith(before)) continue;
    const member = new RegExp(`^${before}([A-Z0-9_]+)${after}$`).exec(name)?.[1];
    if (member === undefined) continue;
    const key = isOpenFamily(pattern) ? nameMember(pattern, member.toLowerCase()) : keysOf(pattern).find((each) => environmentName(each) === name);
    if (key !== undefined) return key;
  }
  return undefined;
}

/** The name of the member that a key is of a family; undefined where it is none. */
function findMember(pattern: string, key: string): string | undefined {
  const [ours, theirs] = [pattern.split('.'), key.split('.')];
  const place = ours.findIndex((part) => part.startsWith('<'));
  if (ours.length !== theirs.length || !ours.every((part, i) => i === place || part === theirs[i])) return undefined;
  const member = known(theirs[place], 'member');
  return isMember(ours[place], member) ? member : undefined;
}

function isMember(family: string | undefined, member: string): boolean {
  if (family === '<role>') return (playedRoles as readonly string[]).includes(member);
  // A type of events may end in `*`, for all that begin so.
  return (family === '<type>' ? /^[a-z][a-z0-9_]{0,63}\*?$/ : /^[a-z][a-z0-9_-]{0,31}$/).test(member);
}

function nearestKey(key: string): string | undefined {
  const parts = key.split('.');
  const memberOf = (pattern: string) => parts[pattern.split('.').findIndex((part) => part.startsWith('<'))] ?? '';
  const names = patterns.flatMap((pattern) => (isOpenFamily(pattern) ? [nameMember(pattern, memberOf(pattern))] : keysOf(pattern)));
  const sections = names.filter((name) => name.endsWith(`.${key}`));
  return nearestName(key, names) ?? sections[0];
}
