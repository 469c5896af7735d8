import type { AgentStatus, App } from '#app';
import type { Body, Player, Watched } from './page.ts';

/** Landings that are over and still shown. */
const overCount = 8;

/** Reads what the role's page is made of. */
export async function readBody(app: App, { role, rig }: Player): Promise<Body> {
  switch (role) {
    case 'refinery': {
      const merges = await app.assignments.merges({ rig });
      const queue = merges.filter(({ endedAt }) => endedAt === undefined).sort((a, b) => (a.startedAt ?? a.queuedAt) - (b.startedAt ?? b.queuedAt));
      const over = merges.filter(({ endedAt }) => endedAt !== undefined).sort((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0));
      return { kind: role, queue, over: over.slice(0, overCount) };
    }
    case 'witness':
      return {
        kind: role,
        polecats: await watch(
          app,
          (await app.town.agents({ rig })).filter((agent) => agent.role === 'polecat'),
        ),
      };
    case 'deacon': {
      const { agents, escalations } = await app.town.status();
      const landing = await app.assignments.merges({ statuses: ['queued', 'landing'] });
      return { kind: role, agents: await watch(app, agents), escalations, landingCount: landing.length };
    }
    case 'boot': {
      const { agents, escalations } = await app.town.status();
      const [deacon] = await watch(
        app,
        agents.filter((agent) => agent.role === 'deacon'),
      );
      return { kind: role, deacon, escalations };
    }
  }
}

function watch(app: App, agents: readonly AgentStatus[]): Promise<Watched[]> {
  return Promise.all(
    agents.map(async (agent) => ({ ...agent, startedAt: agent.session === undefined ? undefined : (await app.sessions.get(agent.session)).startedAt })),
  );
}
