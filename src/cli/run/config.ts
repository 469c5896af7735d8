import type { App } from '#app';
import { formatSource } from '#config/model';
import { table } from '../print/table.ts';
import { answers } from '../run.ts';

type Explained = Awaited<ReturnType<App['config']['get']>>;

const line = ({ key, text, source }: Explained) => `${key} = ${text === '' ? '(not set)' : text}  (${formatSource(source)})`;

/** `baton config get` */
export const getSetting = answers({
  ask: (app, request: { key: string; rig?: string }) => app.config.get(request),
  print: line,
  ids: ({ text }) => [text],
});

/** `baton config set` */
export const setSetting = answers({
  ask: (app, request: { key: string; value: string; rig?: string }) => app.config.set(request),
  print: line,
  ids: ({ key }) => [key],
});

/** `baton config list` */
export const listSettings = answers({
  ask: (app, request: { rig?: string }) => app.config.list(request),
  print: (settings, page) =>
    table(
      page,
      [{ heading: 'SETTING' }, { heading: 'VALUE', isFlexible: true }, { heading: 'FROM' }],
      settings.map(({ key, text, source }) => [key, text, source.kind === 'default' ? { text: 'default', tone: 'faint' } : formatSource(source)]),
      'no settings',
    ),
  ids: (settings) => settings.map(({ key }) => key),
});

/** `baton config default-agent [NAME]`, `polecat-agent [NAME]` */
function toldOrSet(key: 'default_agent' | 'polecat_agent') {
  return answers({
    ask: (app, { name }: { name?: string }) => (name === undefined ? app.config.get({ key }) : app.config.set({ key, value: name })),
    print: line,
    ids: ({ text }) => [text],
  });
}

export const defaultAgent = toldOrSet('default_agent');
export const polecatAgent = toldOrSet('polecat_agent');
