import { sql } from 'kysely';
import { unreachable } from '#base';
import type { Reader } from '#store';

/**
 * What holds an agent in its place: a session that has not ended or whose processes are not proven gone, a bead on its hook, work on its way to land, a
 * sling that is making it.
 */
export interface Claim {
  readonly kind: 'session' | 'bead' | 'merge' | 'spawn';
  readonly agent: string;
  readonly id: string;
}

/**
 * What holds these agents. Sessions, beads and merge requests belong to rooms above this one; a removal must ask about them in its own transaction,
 * so their facts are read here in plain SQL.
 */
export async function readClaims(reader: Reader, agents: readonly string[]): Promise<Claim[]> {
  if (agents.length === 0) return [];
  const list = sql.join(agents);
  const { rows } = await sql<Claim>`
    select 'session' as kind, agent, id from sessions where gone_at is null and agent in (${list})
    union all select 'bead' as kind, hooked_by as agent, id from beads where hooked_by in (${list})
    union all select 'merge' as kind, agent, id from merge_requests where status in ('queued', 'landing') and agent in (${list})
    union all select 'spawn' as kind, address as agent, spawning_bead as id from agents where spawning_bead is not null and address in (${list})
    order by kind, agent, id`.execute(reader);
  return rows;
}

/** The claims in words: `app/crew/max runs (sess_0a1b2c3d); ap-1x9kz hangs on app/crew/max`. */
export function describeClaims(claims: readonly Claim[]): string {
  return claims.map(describeClaim).join('; ');
}

function describeClaim({ kind, agent, id }: Claim): string {
  switch (kind) {
    case 'session':
      return `${agent} runs (${id})`;
    case 'bead':
      return `${id} hangs on ${agent}`;
    case 'merge':
      return `${id} of ${agent} is landing`;
    case 'spawn':
      return `${agent} is being made for ${id}`;
    default:
      return unreachable(kind);
  }
}

/** The newest session of an agent, under whose name its uncommitted work is preserved. */
export async function findLastSession(reader: Reader, agent: string): Promise<string | undefined> {
  const row = await reader.selectFrom('sessions').select('id').where('agent', '=', agent).orderBy('generation', 'desc').limit(1).executeTakeFirst();
  return row?.id;
}
