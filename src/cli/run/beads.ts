import { Fault, plural } from '#base';
import type { Bead } from '#work/model';
import { readStatus } from '#work/model';
import { beadLine, beadPage, beadTable } from '../print/bead.ts';
import { onOneLine } from '../print/width.ts';
import { answers } from '../run.ts';

const idOf = ({ id }: Bead) => [id];
const idsOf = (beads: readonly Bead[]) => beads.map(({ id }) => id);

/** `baton bead create` */
export const createBead = answers({
  ask: (
    app,
    {
      text,
      label,
      ephemeral,
      ...fields
    }: {
      text?: string;
      title?: string;
      label: readonly string[];
      ephemeral: boolean;
      body?: string;
      type?: string;
      priority?: string;
      rig?: string;
      assignee?: string;
      acceptance?: string;
      parent?: string;
      estimate?: number;
    },
  ) => app.beads.create({ ...fields, title: titleOf(fields.title, text), ...(label.length === 0 ? {} : { labels: label }), isEphemeral: ephemeral }),
  print: (bead, page) => beadLine(page, bead),
  ids: idOf,
});

function titleOf(title: string | undefined, text: string | undefined): string {
  if (title !== undefined && text !== undefined)
    throw new Fault('invalid', `the title is said twice: "${title}" and "${text}"`, { hint: 'say it once; what is known besides goes into --body' });
  const said = title ?? text;
  if (said === undefined) throw new Fault('invalid', '--title is missing', { hint: 'say in one line what is to be done' });
  return said;
}

/** `baton bead show` */
export const showBead = answers({
  ask: (app, { bead }: { bead: string }) => app.beads.show(bead),
  print: (shown, page) => beadPage(page, shown),
  ids: ({ bead }) => [bead.id],
});

/** `baton bead list` */
export const listBeads = answers({
  ask: (app, { status, all, ...query }: { status?: string; all: boolean; assignee?: string; rig?: string; type?: string; label?: string; limit?: number }) =>
    app.beads.list({ ...query, statuses: statusesOf(status, all) }),
  print: (beads, page) => beadTable(page, beads),
  ids: idsOf,
});

function statusesOf(status: string | undefined, isAll: boolean) {
  if (status !== undefined && status !== 'all') return [readStatus(status)];
  return isAll || status === 'all' ? undefined : (['open', 'hooked', 'in_progress', 'blocked'] as const);
}

/** `baton bead ready` */
export const listReady = answers({
  ask: (app, query: { rig?: string; limit?: number }) => app.beads.ready(query),
  print: (beads, page) => beadTable(page, beads, 'nothing is ready'),
  ids: idsOf,
});

/** `baton bead update` */
export const updateBead = answers({
  ask: (
    app,
    {
      label,
      removeLabel,
      status,
      assignee,
      parent,
      ...fields
    }: {
      bead: string;
      title?: string;
      body?: string;
      type?: string;
      priority?: string;
      status?: string;
      assignee?: string;
      acceptance?: string;
      parent?: string;
      estimate?: number;
      label: readonly string[];
      removeLabel: readonly string[];
      reason?: string;
    },
  ) =>
    app.beads.update({
      ...fields,
      ...(status === undefined ? {} : { status: readStatus(status) }),
      ...(assignee === undefined ? {} : { assignee: assignee || null }),
      ...(parent === undefined ? {} : { parent: parent || null }),
      ...(label.length === 0 ? {} : { addLabels: label }),
      ...(removeLabel.length === 0 ? {} : { removeLabels: removeLabel }),
    }),
  print: (bead, page) => beadLine(page, bead),
  ids: idOf,
});

type Move = 'close' | 'reopen' | 'drop';

/** `baton bead close`, `reopen`, `drop`: one bead after the other; the first that cannot be moved ends it. */
function moving(move: Move) {
  return answers({
    ask: async (app, { beads, reason }: { beads: readonly string[]; reason?: string }) => {
      const moved = [];
      for (const bead of beads) moved.push(await app.beads[move]({ bead, reason }));
      return moved;
    },
    print: (moved, page) =>
      moved
        .map(({ bead, ...answer }) =>
          [
            beadLine(page, bead),
            answer.kind === 'already' ? '  (it was so already)' : '',
            ...('opened' in answer ? answer.opened.map((id) => `\n  now unblocked: ${id}`) : []),
          ].join(''),
        )
        .join('\n'),
    ids: (moved) => moved.map(({ bead }) => bead.id),
  });
}

export const closeBeads = moving('close');
export const reopenBeads = moving('reopen');
export const dropBeads = moving('drop');

/** `baton bead dep add` */
export const addDependency = answers({
  ask: (app, request: { bead: string; needs: string }) => app.beads.addDependency(request),
  print: ({ kind, bead, needs }) => (kind === 'added' ? `${bead} waits for ${needs}` : `${bead} waits for ${needs} already`),
  ids: ({ bead }) => [bead],
});

/** `baton bead dep remove` */
export const removeDependency = answers({
  ask: (app, request: { bead: string; needs: string }) => app.beads.removeDependency(request),
  print: ({ kind, bead, needs }) => (kind === 'removed' ? `${bead} no longer waits for ${needs}` : `${bead} did not wait for ${needs}`),
  ids: ({ bead }) => [bead],
});

/** `baton bead note` */
export const noteBead = answers({
  ask: async (app, { bead, text, stdin }: { bead: string; text?: string; stdin: boolean }, io) =>
    app.beads.note({ bead, body: stdin ? await io.readStdin() : (text ?? '') }),
  print: (bead, page) => `noted on ${beadLine(page, bead)}`,
  ids: idOf,
});

/** `baton bead search` */
export const searchBeads = answers({
  ask: (app, { words, limit }: { words: readonly string[]; limit?: number }) => app.beads.search({ text: words.join(' '), limit }),
  print: (matches, page) =>
    matches.length === 0
      ? 'nothing found'
      : [
          ...matches.map(({ bead, where, excerpt }) =>
            where === 'title' ? beadLine(page, bead) : `${beadLine(page, bead)}\n  ${where}: ${onOneLine(excerpt)}`,
          ),
          plural(matches.length, 'bead'),
        ].join('\n'),
  ids: (matches) => matches.map(({ bead }) => bead.id),
});
