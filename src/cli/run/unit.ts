import type { App } from '#app';
import { answers } from '../run.ts';

type Answer = Awaited<ReturnType<App['daemon']['install']>>;

/** `baton daemon install` */
export const installUnit = answers({
  ask: (app, { print }: { print: boolean }) => app.daemon.install({ isPrinted: print }),
  print: (answer) => (answer.kind === 'printed' ? `${answer.text}` : unitPage(answer)),
  ids: ({ path }) => [path],
});

/** `baton daemon uninstall` */
export const uninstallUnit = answers({
  ask: (app) => app.daemon.uninstall(),
  print: (answer) => unitPage(answer),
  ids: ({ path }) => [path],
});

function unitPage({ kind, manager, path, todo, unwritten }: Answer): string {
  const what = { printed: '', installed: '● installed', already: '● is there already', uninstalled: '○ removed', 'not-installed': '○ was not there' }[kind];
  const isOn = kind === 'installed' || kind === 'already';
  return [
    `${what}: ${path}`,
    ...(todo.length === 0 ? [] : [`  ${manager} did not take it from here; type this where it runs:`, ...todo.map((words) => `    ${words}`)]),
    ...(isOn && manager === 'systemd' ? ['  it starts when you log in; `loginctl enable-linger` also without'] : []),
    ...(unwritten.length === 0 ? [] : [`  not written into it: ${unwritten.join(', ')}; give them to your service manager yourself`]),
  ].join('\n');
}
