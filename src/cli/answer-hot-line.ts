import type { HotApp } from '#app';
import { known, unreachable } from '#base';
import { renderUnread } from '#mail/model';
import type { Signal } from '#runtimes/model';
import { currentPage } from './print/current.ts';
import { hookPage } from './print/hook.ts';
import type { Page } from './print/page.ts';
import type { HotLine } from './read-hot-line.ts';

/** What a hot line prints, and its exit code. */
export interface HotAnswer {
  readonly text: string;
  readonly exit: number;
  /** To be called when the text was written out, and only then. */
  readonly written?: (() => Promise<void>) | undefined;
}

/** Agents read these; nothing is cut, coloured or dated. */
const page: Page = { width: 100_000, isColour: false, now: 0 };

/** Answers a hot line as the whole program would. Stdin is read only by those that take it. */
export async function answerHotLine(app: HotApp, line: HotLine, readStdin: () => string): Promise<HotAnswer> {
  switch (line.name) {
    case 'hook': {
      const hook = await app.hook();
      return render(line, hook, hookPage(page, hook), hook.bead === undefined ? [] : [hook.bead.id]);
    }
    case 'mol current': {
      const current = await app.current();
      return render(line, current, currentPage(page, current), current.kind === 'step' ? [current.step.id] : []);
    }
    case 'mail check': {
      const unread = await app.mail(line.isInject);
      return render(
        line,
        unread,
        renderUnread(unread) || (line.isInject ? '' : 'no unread mail'),
        unread.mails.map(({ id }) => id),
      );
    }
    case 'prime':
      return reply(await app.signal('start', readStdin()));
    case 'signal':
      return reply(await app.signal(known(line.event, 'event') as Signal, readStdin()));
    case 'keepalive':
      // Opening has noted it already, as for every command of a session.
      return { text: '', exit: 0 };
    default:
      return unreachable(line.name);
  }
}

function render({ isJson, isQuiet }: HotLine, answer: unknown, text: string, ids: readonly string[]): HotAnswer {
  const said = isJson ? JSON.stringify(answer) : isQuiet ? ids.join('\n') : text;
  return { text: said === '' ? '' : `${said}\n`, exit: 0 };
}

/** In the form that the runtime asks for, whatever else was said. */
function reply({ stdout, exitCode, written }: Awaited<ReturnType<HotApp['signal']>>): HotAnswer {
  return { text: stdout === '' || stdout.endsWith('\n') ? stdout : `${stdout}\n`, exit: exitCode, ...(written === undefined ? {} : { written }) };
}
