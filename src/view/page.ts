import type { AgentStatus, TownStatus } from '#app';
import type { MergeRequest } from '#landing/model';

/** The roles that Baton can play in code. */
export const viewRoles = ['refinery', 'witness', 'deacon', 'boot'] as const;
export type ViewRole = (typeof viewRoles)[number];

/** Who the page is of; `rig` is empty for the town's own roles. */
export interface Player {
  readonly agent: string;
  readonly role: ViewRole;
  readonly rig: string;
  readonly generation: string;
}

/** A polecat or another agent, with the moment at which its session began. */
export type Watched = AgentStatus & { readonly startedAt: number | undefined };

type Escalations = TownStatus['escalations'];

/** What a role's page is made of. Requests of the queue in the order in which they land; those that are over, newest first. */
export type Body =
  | { readonly kind: 'refinery'; readonly queue: readonly MergeRequest[]; readonly over: readonly MergeRequest[] }
  | { readonly kind: 'witness'; readonly polecats: readonly Watched[] }
  | { readonly kind: 'deacon'; readonly agents: readonly Watched[]; readonly escalations: Escalations; readonly landingCount: number }
  | { readonly kind: 'boot'; readonly deacon: Watched | undefined; readonly escalations: Escalations };

/** What was seen of the town: a page, or why there is none. */
export type Page = { readonly kind: 'page'; readonly daemon: TownStatus['daemon']; readonly body: Body } | { readonly kind: 'away'; readonly reason: string };
