// A place of its own for each test file: temp folder, home and sockets in one fresh, short folder, and an environment that carries the
// run's mark. Unix socket paths end at 107 bytes, hence `/tmp` whatever TMPDIR says.
import { chmodSync, mkdirSync, mkdtempSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

/** Not passed on: a person's own tmux, git, town and agents must not be seen, and a nested run must not think it is part of ours. */
const dropped = /^(TMUX|GIT_|BATON_|GT_|BD_|CLAUDE|XDG_|NODE_TEST_CONTEXT|NODE_OPTIONS|NODE_EXTRA_CA_CERTS|FORCE_COLOR|NO_COLOR)/;

/** The folder of one run. Open to other users to pass through: PostgreSQL refuses root and runs as `nobody`. */
export function makeRunFolder() {
  const folder = realpathSync(mkdtempSync('/tmp/bt-'));
  chmodSync(folder, 0o711);
  return folder;
}

/** The place of the run's `n`th file. */
export function makePlace(runFolder, n) {
  const folder = join(runFolder, String(n));
  const place = {
    folder,
    id: folder.slice('/tmp/'.length),
    temp: join(folder, 't'),
    home: join(folder, 'h'),
    sockets: join(folder, 's'),
    report: join(folder, 'report'),
  };
  mkdirSync(folder, { mode: 0o711 });
  mkdirSync(place.temp, { mode: 0o711 });
  mkdirSync(place.home, { mode: 0o700 });
  mkdirSync(place.sockets, { mode: 0o700 });
  return place;
}

/** The environment of the file that runs in `place`; `more` is what the runner itself has to say to it. */
export function placeEnvironment(place, more) {
  const kept = Object.entries(process.env).filter(([name]) => !dropped.test(name));
  return {
    ...Object.fromEntries(kept),
    HOME: place.home,
    TMPDIR: place.temp,
    TMUX_TMPDIR: place.sockets,
    XDG_RUNTIME_DIR: place.sockets,
    BATON_TEST_RUN: place.id.split('/')[0],
    BATON_TEST_FILE: place.id,
    BATON_TEST_REPORT: place.report,
    ...more,
  };
}
