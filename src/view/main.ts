import { setTimeout as sleep } from 'node:timers/promises';
import { faultTable, second, toFault } from '#base';
import { systemChance, systemClock } from '#host';
import { makeDrawing } from './draw.ts';
import type { Page } from './page.ts';
import { readSetup, type Setup } from './read-setup.ts';
import { type Notes, renderPage } from './render-page.ts';
import { reportStart } from './report-start.ts';
import { watchTown } from './watch-town.ts';

const lookMs = second;
/** What cannot be read is asked for less often. */
const awayMs = 3 * second;
const hintMs = 20 * second;
/** Where the terminal does not tell its size, as in a pipe. */
const placeDefault = { columns: 100, rows: 40 };

/** The view of a role that Baton plays in code: see README. */
function main(): void {
  process.title = 'view';
  try {
    show(readSetup({ env: process.env, cwd: process.cwd() }));
  } catch (error) {
    const fault = toFault(error);
    process.stderr.write(`view: ${fault.message}\n${fault.hint === undefined ? '' : `  ${fault.hint}\n`}`);
    process.exit(faultTable[fault.kind].exit);
  }
}

/** Runs until a signal ends it: it holds nothing that would have to be closed. */
function show(setup: Setup): void {
  const ending = new AbortController();
  const { stdin, stdout } = process;
  const isTerminal = stdout.isTTY === true;
  const drawing = makeDrawing({ write: (text) => void stdout.write(text), isTerminal, isColored: isTerminal && !process.env.NO_COLOR });
  for (const [name, code] of Object.entries(exitCodes)) {
    process.on(name, () => {
      ending.abort();
      // The last screen is read for why a program ended: what the page told of others is no reason.
      drawing.draw([{ text: `view of ${setup.player.agent}: ended by ${name}` }]);
      process.exit(code);
    });
  }
  let page: Page | undefined;
  let notes: Notes = {};
  const draw = () => {
    const size = isTerminal ? { columns: stdout.columns, rows: stdout.rows } : placeDefault;
    if (page !== undefined) drawing.draw(renderPage(setup.player, page, notes, { ...size, now: systemClock.now() }));
  };
  const note = (more: Notes) => {
    notes = { ...notes, ...more };
    draw();
  };
  stdout.on('resize', () => {
    drawing.forget();
    draw();
  });
  stdout.on('error', () => process.exit(exitCodes.SIGHUP));
  let hinted: NodeJS.Timeout | undefined;
  listen(stdin, () => {
    drawing.forget();
    note({ hint: hintFor(setup) });
    clearTimeout(hinted);
    hinted = setTimeout(() => note({ hint: undefined }), hintMs);
  });
  const watch = watchTown({ clock: systemClock }, setup);
  const go = async () => {
    for (;;) {
      page = await watch.look();
      draw();
      await sleep(page.kind === 'away' ? awayMs : lookMs);
    }
  };
  void go();
  void reportStart({ chance: systemChance, setup, ending: ending.signal, tell: (problem) => note({ problem }) });
}

const exitCodes = { SIGINT: 0, SIGTERM: 143, SIGHUP: 129 } as const;

/** Calls back for each typed line; what it says does not matter. */
function listen(input: NodeJS.ReadStream, onLine: () => void): void {
  input.setEncoding('utf8').on('data', (text: string) => {
    if (text.includes('\n')) onLine();
  });
  input.on('error', () => {});
}

function hintFor({ player: { role, rig } }: Setup): string {
  const look = { refinery: `baton mq list --rig ${rig}`, witness: `baton polecat list --rig ${rig}`, deacon: 'baton status', boot: 'baton status' }[role];
  return `Nobody reads what is typed here. In a shell: \`${look}\`; \`baton config set roles.${role}.runtime NAME\` has a model play this role.`;
}

main();
