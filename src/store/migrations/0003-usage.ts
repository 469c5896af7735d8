/**
 * What sessions said and spent. `conversations`: which ones a session had and where their transcripts lie, until all of it is in the archive. `usage`:
 * what each turn of a model cost, once for a conversation, by the session whose turn it was; a record that is not pruned (C8).
 */
export const usage = `
create table conversations (
  session text not null references sessions (id),
  conversation text not null,
  transcript text not null,
  began_at integer not null,
  archived_at integer,
  primary key (session, conversation)
);
create index conversations_unarchived on conversations (session) where archived_at is null;
create index conversations_by_id on conversations (conversation, began_at);

create table usage (
  conversation text not null,
  turn text not null,
  session text not null references sessions (id),
  agent text not null references agents (address),
  bead text references beads (id),
  model text,
  is_subagent integer not null check (is_subagent in (0, 1)),
  input integer not null check (input >= 0),
  output integer not null check (output >= 0),
  cached integer not null check (cached >= 0),
  cache_write integer not null check (cache_write >= 0),
  context integer not null check (context >= 0),
  at integer not null,
  primary key (conversation, turn)
);
create index usage_by_session on usage (session, at);
create index usage_by_agent on usage (agent, at);
create index usage_by_bead on usage (bead, at);
`;
