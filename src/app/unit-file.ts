import { basename } from 'node:path';

/** What starts the daemon of a town when its person logs in or the machine comes up: where the file goes, what it says, and what the service manager is told. */
export interface UnitFile {
  readonly manager: 'systemd' | 'launchd';
  readonly name: string;
  readonly path: string;
  readonly text: string;
  /** Run one after the other once the file is there; a failure is told, and the file stays. */
  readonly enable: readonly (readonly string[])[];
  readonly disable: readonly (readonly string[])[];
}

/** Everything that the file is made from. `env` is already built: it holds nothing of who calls (O5). `baton` is the town's own shim, which every upgrade keeps. */
export interface UnitRequest {
  readonly platform: string;
  readonly root: string;
  readonly hash: string;
  readonly baton: string;
  readonly log: string;
  readonly env: Readonly<Record<string, string>>;
  readonly home: string;
  readonly configHome: string;
  readonly uid: number;
}

/** The service file of a town, one per town; undefined where this platform has no manager that we know. */
export function describeUnit(request: UnitRequest): UnitFile | undefined {
  if (request.platform === 'linux') return systemdUnit(request);
  return request.platform === 'darwin' ? launchdJob(request) : undefined;
}

function systemdUnit({ root, hash, baton, env, configHome, log }: UnitRequest): UnitFile {
  const name = `baton-${hash}.service`;
  const lines = [
    '[Unit]',
    `Description=Baton's daemon of ${escapePercent(onOneLine(root))}`,
    '',
    '[Service]',
    `ExecStart=${runWords(baton, root).map(quote).join(' ')}`,
    `WorkingDirectory=${escapePercent(root)}`,
    ...Object.entries(env).map(([key, value]) => `Environment=${quote(`${key}=${value}`)}`),
    `StandardOutput=append:${escapePercent(log)}`,
    'StandardError=inherit',
    'Restart=on-failure',
    'RestartSec=5',
    // Only the daemon itself is ended: the tmux server and its sessions live on (S6).
    'KillMode=process',
    'TimeoutStopSec=60',
    '',
    '[Install]',
    'WantedBy=default.target',
    '',
  ];
  const systemctl = (...words: string[]) => ['systemctl', '--user', ...words];
  return {
    manager: 'systemd',
    name,
    path: `${configHome}/systemd/user/${name}`,
    text: lines.join('\n'),
    enable: [systemctl('daemon-reload'), systemctl('enable', name)],
    disable: [systemctl('disable', name), systemctl('daemon-reload')],
  };
}

function launchdJob({ root, hash, baton, env, home, log, uid }: UnitRequest): UnitFile {
  const label = `dev.baton.${hash}`;
  const path = `${home}/Library/LaunchAgents/${label}.plist`;
  const strings = (words: readonly string[]) => words.map((word) => `    <string>${escapeXml(word)}</string>`);
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0"><dict>',
    `  <key>Label</key><string>${label}</string>`,
    '  <key>ProgramArguments</key><array>',
    ...strings(runWords(baton, root)),
    '  </array>',
    `  <key>WorkingDirectory</key><string>${escapeXml(root)}</string>`,
    '  <key>EnvironmentVariables</key><dict>',
    ...Object.entries(env).map(([key, value]) => `    <key>${escapeXml(key)}</key><string>${escapeXml(value)}</string>`),
    '  </dict>',
    '  <key>RunAtLoad</key><true/>',
    '  <key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>',
    '  <key>AbandonProcessGroup</key><true/>',
    `  <key>StandardOutPath</key><string>${escapeXml(log)}</string>`,
    `  <key>StandardErrorPath</key><string>${escapeXml(log)}</string>`,
    '</dict></plist>',
    '',
  ];
  return {
    manager: 'launchd',
    name: basename(path),
    path,
    text: lines.join('\n'),
    enable: [['launchctl', 'bootstrap', `gui/${uid}`, path]],
    disable: [['launchctl', 'bootout', `gui/${uid}/${label}`]],
  };
}

/** A daemon that was stopped on purpose stays stopped, also over a reboot (X2). */
function runWords(baton: string, root: string): string[] {
  return [baton, '--town', root, 'daemon', 'run', '--if-wanted'];
}

/** A word of a unit file (systemd.syntax(7)): `%` is a specifier, `$` a variable. */
function quote(word: string): string {
  return `"${escapePercent(word).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('$', '$$$$').replaceAll('\n', '\\n')}"`;
}

function escapePercent(text: string): string {
  return text.replaceAll('%', '%%');
}

function onOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
