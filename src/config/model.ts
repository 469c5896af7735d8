export { environmentName, type FoundOption, findOption, getOption, keysOf, patterns, type SettingKey, type SettingValue } from './keys.ts';
export type { Kind, PlainValue } from './kind.ts';
export { type Option, options, playedRoles } from './options.ts';
export {
  type About,
  type Explained,
  type FileValues,
  formatSource,
  makeSettings,
  type Overrides,
  type Settings,
  type Source,
  type Values,
} from './settings.ts';
export { makeSnapshot, readSnapshot, type Stamp, type Stamps } from './snapshot.ts';
