import type { Planned } from '#app/testing';
import { findLiveSession } from '#sessions';
import type { ChangeRequest, Store, Tx } from '#store';

/** A rule that is broken on purpose, to see that a simulated town finds it. The empty one breaks nothing. */
export interface Mutation {
  /** Changes are made by another writer. */
  readonly writer?: (request: ChangeRequest) => ChangeRequest;
  /** What the supervisor does instead of what its rule says. */
  readonly plan?: (planned: Planned, store: Store) => Promise<Planned>;
  /** What a change does beside its own. */
  readonly inside?: (tx: Tx, request: ChangeRequest) => Promise<void>;
  /** Processes of a life that is over are not ended. */
  readonly endsNobody?: boolean;
}

/** Broken rules by what is wrong with them. Each must be found within a few towns. */
export const mutations: Readonly<Record<string, Mutation>> = {
  'a supervisor that opens a life while an older one is not gone': {
    plan: async (planned, { db }) => {
      const { agent, plan } = planned;
      const mayOpen = plan.kind === 'clear' && agent.desired === 'running' && (await findLiveSession(db, agent.address)) === undefined;
      return mayOpen ? { ...planned, plan: { kind: 'open', why: { kind: 'order', by: 'overseer', topic: 'mutation' } } } : planned;
    },
  },
  'a successor that starts beside its predecessor': {
    endsNobody: true,
    plan: async (planned, { db }) => {
      const next = planned.plan.kind === 'clear' ? await findLiveSession(db, planned.agent.address) : undefined;
      const isNext = next?.startedAt === undefined && planned.agent.desired === 'running';
      return next === undefined || !isNext ? planned : { ...planned, plan: { kind: 'start', session: next } };
    },
  },
  'a supervisor that stops nobody': {
    plan: async (planned) => (planned.plan.kind === 'stop' ? { ...planned, plan: { kind: 'nothing' } } : planned),
  },
  'a life that is recorded as gone while its processes live': { endsNobody: true },
  'a handoff that opens no successor': {
    inside: async (tx, { point }) => {
      if (point === 'handoff.commit')
        await tx.deleteFrom('sessions').where('ended_at', 'is', null).where('predecessor', 'is not', null).where('started_at', 'is', null).execute();
    },
  },
  'a handoff that loses its words': {
    inside: async (tx, { point }) => {
      if (point === 'handoff.commit') await tx.updateTable('handoffs').set({ document: '## Goal\n(none)' }).where('consumed_at', 'is', null).execute();
    },
  },
  'a death without a document': {
    inside: async (tx, { point }) => {
      if (point === 'bury.commit') await tx.deleteFrom('handoffs').where('delivered_at', 'is', null).where('is_planned', '=', 0).execute();
    },
  },
  'a death that empties the hook': {
    inside: async (tx, { point }) => {
      if (point === 'bury.commit') await tx.updateTable('beads').set({ status: 'open', hooked_by: null }).where('hooked_by', 'is not', null).execute();
    },
  },
  'a handoff that opens closed steps again': {
    inside: async (tx, { point }) => {
      if (point === 'handoff.commit') await tx.updateTable('steps').set({ status: 'pending' }).where('status', '=', 'done').execute();
    },
  },
  'a session that writes after it was replaced': {
    writer: ({ session: _, ...request }) => request,
  },
};
