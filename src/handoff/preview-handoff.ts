import { getAgent } from '#town';
import { findEnding } from './find-ending.ts';
import type { HandoffDeps, HandoffRequest } from './hand-off.ts';
import { prepareEnd } from './prepare-end.ts';

/** The document that a handoff would write now. Changes nothing at all (H5 `--dry-run`). */
export async function previewHandoff(
  deps: Pick<HandoffDeps, 'store' | 'git' | 'settings' | 'by'>,
  request: HandoffRequest,
): Promise<{ agent: string; session: string; subject: string; document: string }> {
  const agent = await getAgent(deps.store.db, request.agent);
  const session = await findEnding(deps, agent);
  const { subject, document } = await prepareEnd(deps, { ...request, agent, session }, 'look');
  return { agent: agent.address, session: session.id, subject, document };
}
