import type { HandoffAnswer } from '#handoff';
import type { Look, Must } from './looks.ts';

/** Words that are handed over, each said by nobody else, and what was answered of them. */
export interface Words {
  make(): string;
  /** Somebody said them; `answer` is undefined where none came. */
  said(words: string, session: string | undefined, answer: HandoffAnswer | undefined): void;
  /** What was answered is so: kept once, saved, or nothing. */
  judge(look: Look, must: Must): void;
}

/** What an answer promises of the words: once in a document or a late note, in a save, or that they were said before; `lost` is no answer at all. */
type Promised = 'kept' | 'saved' | 'known' | 'lost';

interface Said {
  readonly sessions: Set<string>;
  readonly outcomes: Promised[];
}

export function makeWords(): Words {
  const all = new Map<string, Said>();
  let count = 0;
  return {
    make: () => {
      count += 1;
      return `words-${count};`;
    },
    said: (words, session, answer) => {
      const known = all.get(words) ?? { sessions: new Set(), outcomes: [] };
      all.set(words, known);
      const source = answer === undefined ? session : answer.kind === 'handed-off' ? answer.from.session : answer.session;
      if (source !== undefined) known.sessions.add(source);
      known.outcomes.push(readPromise(answer));
    },
    judge: (look, must) => {
      for (const [words, said] of all) judgeWords(look, must, words, said);
    },
  };
}

function judgeWords(look: Look, must: Must, words: string, { sessions, outcomes }: Said): void {
  const kept = look<{ source: string }>(
    `select source_session as source from handoffs where kind = 'end' and instr(document, ?) > 0
     union all select session as source from late_notes where instr(body, ?) > 0`,
    words,
    words,
  );
  const said = `"${words}" was answered ${outcomes.join(', ')}`;
  // A later document of the same life starts from its saves, so that saved words may stand in it too.
  if (outcomes.includes('saved'))
    must(look("select id from handoffs where kind = 'save' and instr(document, ?) > 0", words).length > 0, `${said}; no save has it`);
  else if (outcomes.includes('kept')) must(kept.length === 1, `${said} and is kept ${kept.length} times`);
  else must(kept.length <= (outcomes.includes('lost') ? 1 : 0), `${said} and is kept ${kept.length} times`);
  must(outcomes.includes('lost') || kept.every(({ source }) => sessions.has(source)), `${said} and is kept for another session`);
}

function readPromise(answer: HandoffAnswer | undefined): Promised {
  switch (answer?.kind) {
    case undefined:
      return 'lost';
    case 'handed-off':
    case 'notes-added':
      return 'kept';
    case 'already':
      return answer.words === 'brought' ? 'kept' : 'known';
    case 'saved':
    case 'cooling-down':
    case 'looping':
      return 'saved';
  }
}
