import { nestedSessionNames } from './model.ts';

/** What a detached program may have of its parent's environment: where things are, how to speak, and whom to trust. */
const allowed = [
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LC_*', 'TZ', 'TERM', 'TMPDIR', 'TMUX_TMPDIR', 'XDG_*'],
  ...['NODE_EXTRA_CA_CERTS', 'SSL_CERT_*'],
  ...['BATON_FAULT', 'BATON_TEST_RUN'],
];

/** Who the caller is, or what would change every node that we start: not even `env.pass` lets these through. */
const never: readonly string[] = [
  ...nestedSessionNames,
  'TMUX',
  'TMUX_PANE',
  'BATON_TOWN',
  'BATON_AGENT',
  'BATON_ROLE',
  'BATON_RIG',
  'BATON_SESSION',
  'BATON_GENERATION',
  'BATON_RUNTIME',
  'BATON_ACCOUNT',
  'NODE_OPTIONS',
];

/** The environment for daemon, tmux server and panes (O5): the allow-list plus `pass`, names in which `*` stands for anything. Nothing else passes. */
export function buildEnvironment(parent: Readonly<Record<string, string | undefined>>, { pass }: { pass: readonly string[] }): Record<string, string> {
  const patterns = [...allowed, ...pass].map(toPattern);
  const pairs = Object.entries(parent).filter(([name]) => !never.includes(name) && patterns.some((pattern) => pattern.test(name)));
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => pair[1] !== undefined));
}

function toPattern(name: string): RegExp {
  const parts = name.split('*').map((part) => part.replace(/[^A-Za-z0-9_]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}
