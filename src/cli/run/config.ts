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

/** `baton config default-agent [NAME]`, `polecat-agent [NAME]`: a name that no runtime has is refused. */
function toldOrSet(key: 'default_agent' | 'polecat_agent') {
  return answers({
    ask: async (app, { name }: { name?: string }) => (name === undefined ? app.config.get({ key }) : setRuntime(app, { key, name })),
    print: line,
    ids: ({ text }) => [text],
  });
}

export const defaultAgent = toldOrSet('default_agent');
export const polecatAgent = toldOrSet('polecat_agent');

/** `baton config role-agent ROLE [NAME]`: what plays a role, and why. */
export const roleAgent = answers({
  ask: async (app, { role, name, rig }: { role: PlayedRole; name?: string; rig?: string }) => {
    if (name !== undefined) await setRuntime(app, { key: `roles.${role}.runtime`, name, rig });
    return app.config.role({ role, rig });
  },
  print: ({ role, runtime, from }) => `${role} = ${runtime}  (${from})`,
  ids: ({ runtime }) => [runtime],
});

type PlayedRole = Parameters<App['config']['role']>[0]['role'];

async function setRuntime(app: App, { key, name, rig }: { key: string; name: string; rig?: string | undefined }): Promise<Explained> {
  await app.config.assertRuntime({ name, rig });
  return app.config.set({ key, value: name, rig });
}
