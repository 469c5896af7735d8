export { editToml, unsetToml } from './edit-toml.ts';
export * from './model.ts';
export { readSettings, readValues, type SettingsFile, type SettingsTexts } from './read-settings.ts';
export { writeTemplate } from './write-template.ts';
