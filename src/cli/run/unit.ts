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

function inWords(refusal: NonNullable<Answer['refusal']>, manager: Answer['manager']): string {
  switch (refusal) {
    case 'missing':
      return `${manager} is not on this machine; where it is, type`;
    case 'silent':
      return `${manager} does not answer you here, as in a container or without a login session of your own; where it does, type`;
    case 'refused':
      return `${manager} refused; to see why, type`;
  }
}

function unitPage({ kind, manager, path, todo, refusal, unwritten }: Answer): string {
  const what = {
    printed: '',
    installed: refusal === undefined ? '● installed' : '◐ written, and not enabled yet',
    already: '● is there already',
    uninstalled: '○ removed',
    'not-installed': '○ was not there',
  }[kind];
  const isOn = kind === 'installed' || kind === 'already';
  return [
    `${what}: ${path}`,
    ...(refusal === undefined ? [] : [`  ${inWords(refusal, manager)}:`, ...todo.map((words) => `    ${words}`)]),
    ...(isOn && manager === 'systemd' ? ['  it starts when you log in; `loginctl enable-linger` also without'] : []),
    ...(unwritten.length === 0 ? [] : [`  not written into it: ${unwritten.join(', ')}; give them to your service manager yourself`]),
  ].join('\n');
}
