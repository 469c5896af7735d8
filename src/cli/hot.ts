import { loadCompiled } from './load-compiled.ts';
import { type HotLine, readHotLine } from './read-hot-line.ts';

const nodeMajorMin = 24;

/**
 * The entry of every `baton` line (`dist/baton.cjs`). What sessions call all the time is answered by the small half of the program (`hot.cjs`),
 * everything else by the whole one (`cli.cjs`); each is loaded only when it is needed.
 */
void start(process.argv.slice(2));

async function start(typed: readonly string[]): Promise<void> {
  refuseOldNode();
  const argv = typed[0]?.startsWith('--as=') ? (await import('./read-shim.ts')).readShim(typed) : typed;
  if (argv === undefined) return;
  const line = readHotLine(argv);
  // All is written, and nothing is open: taking the heap apart in order would cost as much as the answer.
  if (line !== undefined && (await (await loadHotHalf(line)).answer(line))) process.exit();
  // All other commands share one compiled form, for most of it is the same. The bundler makes the import a load of the other half's file.
  const { main } = loadCompiled<Whole>('cli.cjs', 'cli', 'utf8') ?? (await import('./main.ts'));
  await main(argv);
}

/** Said in a sentence before anything is loaded that an older Node does not have. */
function refuseOldNode(): void {
  if (Number(process.versions.node.split('.')[0]) >= nodeMajorMin) return;
  process.stderr.write(
    `baton: this is Node ${process.versions.node}; Baton needs Node ${nodeMajorMin} or newer\n  hint: call \`bin/baton\`, which finds the one that Baton brings\n`,
  );
  process.exit(1);
}

type Whole = typeof import('./main.ts');
type HotHalf = typeof import('./hot-half.ts');

/** Each hot command calls other functions, so that each has a compiled form of its own. */
function loadHotHalf({ name, event }: HotLine): HotHalf | Promise<HotHalf> {
  const use = [...name.split(' '), ...(event === undefined ? [] : [event])].join('-');
  return loadCompiled<HotHalf>('hot.cjs', use, 'latin1') ?? import('./hot-half.ts');
}
