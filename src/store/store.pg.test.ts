import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sql } from 'kysely';
import { runProgram, systemClock } from '#host';
import { applySchema } from './migrate-store.ts';
import { storeOver } from './open-store.ts';
import { postgresDialect } from './postgres.ts';
import { pruneContract } from './prune-contract.ts';
import { migrations } from './schema.ts';
import { storeContract } from './testing.ts';

/** The newest folder of PostgreSQL programs on this machine, Debian's place or the PATH. */
function findPostgres(): string | undefined {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(root, version, 'bin')), ...(process.env.PATH ?? '').split(':')];
  return folders.find((folder) => existsSync(join(folder, 'initdb')));
}

const programs = findPostgres();

if (programs === undefined) test('the store contract on PostgreSQL', { skip: 'no initdb on this machine' }, () => {});
else
  describe('on PostgreSQL', () => {
    let dir = '';
    /** PostgreSQL refuses to run as root. */
    const asUser = process.getuid?.() === 0 ? ['setpriv', '--reuid=nobody', '--regid=nogroup', '--clear-groups'] : [];
    const run = async (...argv: string[]) => {
      const result = await runProgram({ env: { PATH: process.env.PATH ?? '', LC_ALL: 'C' }, cwd: dir }, [...asUser, ...argv]);
      if (result.code !== 0) throw new Error(`${argv.join(' ')}: ${result.stderr}${result.stdout}`);
    };

    before(async () => {
      dir = mkdtempSync(join(tmpdir(), 'pg-'));
      if (asUser.length > 0) await runProgram({}, ['chown', 'nobody:nogroup', dir]);
      await run(join(programs, 'initdb'), '-D', join(dir, 'data'), '-U', 'baton', '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale=C');
      await run(
        join(programs, 'pg_ctl'),
        '-D',
        join(dir, 'data'),
        '-w',
        '-l',
        join(dir, 'log'),
        '-o',
        `-c listen_addresses='' -c unix_socket_directories=${dir} -c fsync=off`,
        'start',
      );
    });
    after(async () => {
      await run(join(programs, 'pg_ctl'), '-D', join(dir, 'data'), '-w', '-m', 'immediate', 'stop');
      rmSync(dir, { recursive: true });
    });

    let number = 0;
    const open = async () => {
      number += 1;
      const admin = storeOver({ clock: systemClock }, 'postgres', postgresDialect(`postgres://baton@localhost/postgres?host=${encodeURIComponent(dir)}`));
      await sql.raw(`create database town${number}`).execute(admin.db);
      await admin.close();
      const store = storeOver({ clock: systemClock }, 'postgres', postgresDialect(`postgres://baton@localhost/town${number}?host=${encodeURIComponent(dir)}`));
      await applySchema(store, migrations);
      return store;
    };
    storeContract('postgres', open);
    pruneContract('postgres', open);
  });
