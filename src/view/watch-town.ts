import { statSync } from 'node:fs';
import { type App, openApp } from '#app';
import { type Clock, isFault, second } from '#base';
import { townPaths } from '#town/model';
import type { Page } from './page.ts';
import { readBody } from './read-body.ts';
import type { Setup } from './read-setup.ts';

/** How the town is looked at, again and again. */
export interface TownWatch {
  /** The page as it is now; the same object as before where nothing happened. Never fails: what is in the way is a page too. */
  look(): Promise<Page>;
}

/** Context grows without a row of the journal, so that all is read again after so long. */
const rereadMs = 30 * second;

/** Watches a town through `App`, which is opened again after a failure and where the store is another file. */
export function watchTown({ clock }: { clock: Clock }, setup: Setup): TownWatch {
  const storePath = townPaths(setup.town).store;
  let app: App | undefined;
  let [file, key, readAt] = ['', '', 0];
  let page: Page | undefined;

  async function look(): Promise<Page> {
    const found = fileOf(storePath);
    // A store that was taken away would be read on as it was: its file lives as long as somebody holds it.
    if (app !== undefined && found !== file) await drop();
    if (app === undefined) {
      app = await openApp({ env: setup.env, cwd: setup.cwd, town: setup.town }, 'town');
      file = found;
    }
    const daemon = await app.daemon.status();
    const now = JSON.stringify([await app.journal.lastSeq(), daemon.isRunning, daemon.isWanted, daemon.pid]);
    if (page?.kind === 'page' && now === key && clock.monotonic() - readAt < rereadMs) return page;
    page = { kind: 'page', daemon, body: await readBody(app, setup.player) };
    [key, readAt] = [now, clock.monotonic()];
    return page;
  }

  async function drop(): Promise<void> {
    const old = app;
    app = undefined;
    await old?.close().catch(() => {});
  }

  return {
    look: async () => {
      try {
        return await look();
      } catch (error) {
        await drop();
        const reason = isFault(error) || error instanceof Error ? error.message : String(error);
        page = page?.kind === 'away' && page.reason === reason ? page : { kind: 'away', reason };
        return page;
      }
    },
  };
}

/** Which file stands there; empty where none does, as with a store that is no file. */
function fileOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? '' : `${stat.dev}:${stat.ino}`;
}
