import type { CurrentWork } from '#work/model';
import { stepText } from './hook.ts';
import type { Page } from './page.ts';
import { onOneLine } from './width.ts';

/** What a hook asks for now. */
export function currentPage(page: Page, current: CurrentWork): string {
  switch (current.kind) {
    case 'step':
      return `${stepText(page, current.step)}\n\nStep ${current.step.position} of ${current.stepCount} of ${current.bead}. When it is done: \`baton mol step done\`.`;
    case 'complete':
      return `Every step of ${current.bead} is closed. Hand it in: \`baton done\`.`;
    case 'none':
      return 'Nothing hangs on your hook.';
    case 'blocked':
      return `${current.bead} cannot go on: ${onOneLine(current.reason)}. Ask for help: \`baton escalate TEXT\`.`;
  }
}
