import type { ModelRequest } from '../../support/model-server/request.ts';
import type { Step } from '../../support/model-server/step.ts';

/** A prompt whose turn, by `holdOn`, lasts until the sign NAME is given, and tells of itself by the sign `NAME.held`. */
export function hold(name: string): string {
  return `hold ${name}`;
}

/** What a model does that lets its turns be held. */
export function holdOn({ said }: ModelRequest): Step | undefined {
  const last = said.at(-1);
  const name = last?.role === 'tool' ? undefined : /(?:^|\n)hold (\w+)(?:\n|$)/.exec(last?.text ?? '')?.[1];
  return name === undefined ? undefined : { run: `cd "$HOME/signs"; echo held > ${name}.held; until [ -e ${name} ]; do sleep 0.1; done` };
}

/** What a model was told, over all conversations that it had, each thing once however often it was sent. */
export function readTold(requests: readonly ModelRequest[]): string[] {
  return newestOfEach(requests).flatMap(({ said }) => said.map(({ text }) => text));
}

/** The newest request of each conversation holds all that was said in it: a shorter one begins another. */
function newestOfEach(requests: readonly ModelRequest[]): ModelRequest[] {
  const main = requests.filter(({ kind }) => kind === 'main');
  return main.filter((request, index) => (main[index + 1]?.said.length ?? 0) < request.said.length);
}
