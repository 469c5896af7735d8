/**
 * What the whole life of a session needs (DESIGN.md section 7). Rigs may be parked or docked; sessions carry what hung when they began, why they
 * were opened, and what keeps a living one from working; handoffs carry what their authors wrote and the commits that were made for them; nudges
 * wait for their session; mail knows the session that was told of it.
 */
export const lifecycle = `
alter table rigs add column state text not null default 'open' check (state in ('open', 'parked', 'docked'));

alter table hosts add column boot_id text;

alter table agents add column reset_at integer;

alter table sessions add column bead text references beads (id);
alter table sessions add column opened_why text not null default '{}';
alter table sessions add column is_adopted integer not null default 0 check (is_adopted in (0, 1));
alter table sessions add column ready_at integer;
alter table sessions add column condition text;

create index sessions_by_end on sessions (ended_at);

create index handoffs_of_session on handoffs (source_session, created_at);
alter table handoffs add column evidence text not null default '{}';
alter table handoffs add column receipt_nudged_at integer;
alter table handoffs add column receipt_restarted_at integer;
alter table handoffs add column receipt_escalated_at integer;
alter table handoffs add column notes text not null default '';
alter table handoffs add column wip_branch text;
alter table handoffs add column wip_commit text;
alter table handoffs add column wip_pushed_at integer;

alter table checkpoints add column cleared_at integer;

alter table mail add column delivered_at integer;
alter table mail add column delivered_session text references sessions (id);
alter table mail add column consumed_at integer;

create table nudges (
  id text primary key,
  agent text not null references agents (address),
  sender text not null,
  sender_session text,
  reason text not null,
  incident text,
  body text not null,
  evidence text not null,
  created_at integer not null,
  expires_at integer,
  delivered_at integer,
  delivered_session text references sessions (id),
  channel text check (channel in ('start', 'prompt', 'stop', 'step', 'keys')),
  consumed_at integer,
  dropped_at integer,
  dropped_why text,
  check ((delivered_at is null) = (delivered_session is null))
);
create index nudges_waiting on nudges (agent, created_at) where delivered_at is null and dropped_at is null;
create unique index nudges_one_waiting on nudges (agent, incident) where delivered_at is null and dropped_at is null and incident is not null;
create index nudges_by_session on nudges (delivered_session);
`;
