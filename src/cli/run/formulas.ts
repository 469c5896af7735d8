import type { App } from '#app';
import { plural } from '#base';
import type { Page } from '../print/page.ts';
import { tint } from '../print/style.ts';
import { table } from '../print/table.ts';
import { onOneLine, plain } from '../print/width.ts';
import { answers } from '../run.ts';

type ShownFormula = Awaited<ReturnType<App['formulas']['show']>>;

/** `baton formula list` */
export const listFormulas = answers({
  ask: async (app) =>
    (await app.formulas.list()).map(({ name, source, file, formula, fault }) => ({
      name,
      source,
      file,
      steps: formula?.steps.length ?? null,
      description: formula?.description ?? null,
      problem: fault?.message ?? null,
    })),
  print: (formulas, page) =>
    table(
      page,
      [{ heading: 'NAME' }, { heading: 'FROM' }, { heading: 'STEPS', isNumber: true }, { heading: 'DESCRIPTION', isFlexible: true }],
      formulas.map(({ name, source, steps, description, problem }) => [
        name,
        source,
        steps === null ? '' : String(steps),
        problem === null ? (description ?? '') : { text: `✕ ${problem}`, tone: 'bad' },
      ]),
      'no formulas',
    ),
  ids: (formulas) => formulas.map(({ name }) => name),
});

/** `baton formula show` */
export const showFormula = answers({
  ask: (app, { name }: { name: string }) => app.formulas.show(name),
  print: (shown, page) => formulaPage(page, shown),
  ids: ({ formula }) => [formula.name],
});

function formulaPage(page: Page, { formula, file }: ShownFormula): string {
  const vars = Object.entries(formula.vars).map(
    ([name, { description, isRequired, default: fallback }]) =>
      `  ${name}  ${onOneLine(description)}${isRequired ? ' (required)' : fallback === undefined ? '' : ` (default: ${onOneLine(fallback)})`}`,
  );
  const steps = formula.steps.map(
    ({ id, title, needs, run }, i) =>
      `  ${i + 1}. ${id}  ${onOneLine(title)}${needs.length === 0 ? '' : ` (needs ${needs.join(', ')})`}${run === null ? '' : '  [runs]'}`,
  );
  const parts = [
    `${tint(page, 'strong', formula.name)}  ${tint(page, 'faint', `${file}, version ${formula.version}`)}`,
    plain(formula.description).trim(),
    vars.length === 0 ? '' : ['Variables', ...vars].join('\n'),
    ['Steps', ...steps].join('\n'),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** `baton formula check`: what is wrong with it is told as the fault that a use of it would meet. */
export const checkFormula = answers({
  ask: async (app, { name }: { name: string }) => {
    const checked = await app.formulas.check(name);
    if (checked.kind === 'unsound') throw checked.fault;
    return { name, file: checked.shown.file, steps: checked.shown.formula.steps.length, isSound: true };
  },
  print: ({ file, steps }) => `■ sound: ${file}, ${plural(steps, 'step')}`,
});
