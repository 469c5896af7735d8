CREATE TABLE accounts (
  name text primary key,
  name_key text not null unique,
  runtime text not null,
  home text,
  env text not null,
  is_default integer not null check (is_default in (0, 1)),
  created_at integer not null
) strict;

CREATE UNIQUE INDEX accounts_one_default on accounts (runtime) where is_default = 1;

CREATE TABLE agents (
  address text primary key,
  address_key text not null unique,
  role text not null check (role in ('mayor', 'deacon', 'boot', 'witness', 'refinery', 'crew', 'polecat', 'overseer')),
  rig text references rigs (name),
  name text not null,
  pane text not null unique,
  host text,
  desired text not null check (desired in ('running', 'stopped', 'parked')),
  start_order text not null,
  worktree text,
  branch text,
  spawning_bead text unique,
  spawner text,
  created_at integer not null,
  retired_at integer
, reset_at integer) strict;

CREATE INDEX agents_by_rig on agents (rig, role);

CREATE TABLE bead_dependencies (
  bead text not null references beads (id),
  needs text not null references beads (id),
  created_at integer not null,
  primary key (bead, needs),
  check (bead <> needs)
) strict;

CREATE INDEX bead_dependencies_by_needs on bead_dependencies (needs);

CREATE TABLE bead_notes (
  id integer primary key autoincrement,
  bead text not null references beads (id),
  author text not null,
  session text,
  body text not null,
  created_at integer not null
) strict;

CREATE INDEX bead_notes_by_bead on bead_notes (bead, id);

CREATE TABLE beads (
  id text primary key,
  rig text references rigs (name),
  title text not null check (length(title) > 0),
  body text not null,
  type text not null,
  priority integer not null check (priority between 0 and 4),
  status text not null check (status in ('open', 'hooked', 'in_progress', 'blocked', 'done', 'dropped')),
  assignee text references agents (address),
  hooked_by text unique references agents (address),
  hooked_at integer,
  parent text references beads (id),
  acceptance text not null,
  estimate integer not null check (estimate > 0),
  labels text not null,
  is_ephemeral integer not null check (is_ephemeral in (0, 1)),
  blocked_reason text,
  created_by text not null,
  created_session text,
  created_at integer not null,
  updated_at integer not null,
  closed_at integer,
  check (hooked_by is null or status in ('hooked', 'in_progress', 'blocked'))
) strict;

CREATE INDEX beads_by_assignee on beads (assignee);

CREATE INDEX beads_by_status on beads (status, priority, created_at);

CREATE TABLE checkpoints (
  id integer primary key autoincrement,
  agent text not null references agents (address),
  session text not null references sessions (id),
  molecule text,
  step text,
  step_title text,
  modified_files text not null,
  last_commit text,
  branch text,
  bead text,
  notes text not null,
  written_at integer not null
, cleared_at integer) strict;

CREATE INDEX checkpoints_by_agent on checkpoints (agent, id);

CREATE TABLE conversations (
  session text not null references sessions (id),
  conversation text not null,
  transcript text not null,
  began_at integer not null,
  archived_at integer,
  primary key (session, conversation)
) strict;

CREATE INDEX conversations_by_id on conversations (conversation, began_at);

CREATE INDEX conversations_unarchived on conversations (session) where archived_at is null;

CREATE TABLE escalations (
  id text primary key,
  severity text not null check (severity in ('critical', 'high', 'medium')),
  target text not null,
  incident text,
  bead text,
  agent text,
  session text,
  author text not null,
  text text not null,
  created_at integer not null,
  acked_at integer,
  acked_by text,
  closed_at integer
) strict;

CREATE UNIQUE INDEX escalations_one_open on escalations (incident) where closed_at is null and incident is not null;

CREATE TABLE events (
  seq integer primary key autoincrement,
  at integer not null,
  type text not null check (length(type) > 0),
  actor text not null check (length(actor) > 0),
  session text,
  agent text,
  rig text,
  bead text,
  payload text not null
) strict;

CREATE INDEX events_by_agent on events (agent, seq);

CREATE INDEX events_by_bead on events (bead, seq);

CREATE TABLE handoffs (
  id text primary key,
  kind text not null check (kind in ('end', 'save', 'transfer')),
  is_planned integer not null check (is_planned in (0, 1)),
  reason text not null,
  source_session text not null references sessions (id),
  target_session text references sessions (id),
  target_agent text references agents (address),
  subject text not null,
  document text not null,
  written_by text not null check (written_by in ('agent', 'model', 'code')),
  preserved_ref text,
  created_at integer not null,
  delivered_at integer,
  consumed_at integer
, evidence text not null default '{}', receipt_nudged_at integer, receipt_restarted_at integer, receipt_escalated_at integer, notes text not null default '', wip_branch text, wip_commit text, wip_pushed_at integer) strict;

CREATE INDEX handoffs_of_session on handoffs (source_session, created_at);

CREATE UNIQUE INDEX handoffs_one_end on handoffs (source_session) where kind = 'end';

CREATE INDEX handoffs_waiting on handoffs (target_agent, created_at) where consumed_at is null;

CREATE TABLE hosts (
  id text primary key,
  name text not null,
  joined_at integer not null
, boot_id text) strict;

CREATE TABLE late_notes (
  id integer primary key autoincrement,
  handoff text not null references handoffs (id),
  session text not null references sessions (id),
  body text not null,
  created_at integer not null
) strict;

CREATE TABLE leases (
  name text primary key,
  holder text not null,
  fence integer not null,
  acquired_at integer not null,
  expires_at integer not null
) strict;

CREATE TABLE mail (
  id text primary key,
  thread text not null,
  sender text not null,
  recipient text not null,
  subject text not null,
  body text not null,
  priority integer not null check (priority between 0 and 4),
  session text,
  sent_at integer not null,
  read_at integer,
  read_session text
, delivered_at integer, delivered_session text references sessions (id), consumed_at integer, acked_at integer, archived_at integer, to_group text) strict;

CREATE INDEX mail_by_recipient on mail (recipient, sent_at);

CREATE INDEX mail_by_thread on mail (thread, sent_at);

CREATE TABLE merge_requests (
  id text primary key,
  rig text not null references rigs (name),
  bead text not null references beads (id),
  agent text not null references agents (address),
  session text,
  branch text not null,
  head text not null,
  target text not null,
  status text not null check (status in ('queued', 'landing', 'landed', 'refused')),
  lander text,
  landing_commit text,
  landed_commit text,
  failure text,
  attempts integer not null,
  queued_at integer not null,
  started_at integer,
  ended_at integer
) strict;

CREATE INDEX merge_requests_by_rig on merge_requests (rig, status, queued_at);

CREATE UNIQUE INDEX merge_requests_one_open on merge_requests (branch, head) where status in ('queued', 'landing');

CREATE TABLE meta (
  key text primary key,
  value text not null
) strict;

CREATE TABLE molecules (
  id text primary key,
  bead text not null references beads (id),
  formula text not null,
  version text not null,
  vars text not null,
  poured_at integer not null,
  ended_at integer,
  outcome text check (outcome in ('done', 'burned'))
) strict;

CREATE UNIQUE INDEX molecules_one_unended on molecules (bead) where ended_at is null;

CREATE TABLE nudges (
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
  dropped_why text, place integer not null default 0, offered_at integer, offered_session text references sessions (id), miss_count integer not null default 0, missed_at integer, missed_why text,
  check ((delivered_at is null) = (delivered_session is null))
) strict;

CREATE INDEX nudges_by_session on nudges (delivered_session);

CREATE INDEX nudges_in_line on nudges (agent, place) where consumed_at is null and dropped_at is null;

CREATE UNIQUE INDEX nudges_one_waiting on nudges (agent, incident) where delivered_at is null and dropped_at is null and incident is not null;

CREATE INDEX nudges_waiting on nudges (agent, created_at) where delivered_at is null and dropped_at is null;

CREATE TABLE rigs (
  name text primary key,
  name_key text not null unique,
  prefix text not null unique,
  source text,
  target text not null,
  created_at integer not null,
  removed_at integer
, state text not null default 'open' check (state in ('open', 'parked', 'docked'))) strict;

CREATE TABLE sessions (
  id text primary key,
  agent text not null references agents (address),
  generation integer not null check (generation > 0),
  predecessor text references sessions (id),
  runtime text not null,
  host text not null,
  launch text not null,
  created_at integer not null,
  pane_id text,
  pid integer,
  pid_start text,
  started_at integer,
  primed_at integer,
  conversation text,
  transcript text,
  first_turn_at integer,
  turn_at integer,
  turn_ended_at integer,
  progress_at integer,
  suggested_at integer,
  told_at integer,
  told_evidence text,
  ended_at integer,
  end_reason text check (end_reason in ('handoff', 'done', 'stopped', 'crashed', 'lost', 'context-full', 'host-restart')),
  end_evidence text,
  gone_at integer, bead text references beads (id), opened_why text not null default '{}', is_adopted integer not null default 0 check (is_adopted in (0, 1)), ready_at integer, condition text,
  unique (agent, generation),
  check ((ended_at is null) = (end_reason is null))
) strict;

CREATE INDEX sessions_by_end on sessions (ended_at);

CREATE INDEX sessions_not_gone on sessions (agent) where gone_at is null;

CREATE UNIQUE INDEX sessions_one_unended on sessions (agent) where ended_at is null;

CREATE TABLE sqlite_sequence(name,seq);

CREATE TABLE steps (
  molecule text not null references molecules (id),
  id text not null,
  position integer not null,
  title text not null,
  description text not null,
  needs text not null,
  acceptance text not null,
  run text,
  check_run text,
  timeout_s integer,
  status text not null check (status in ('pending', 'active', 'done', 'skipped', 'failed')),
  started_at integer,
  started_session text,
  ended_at integer,
  ended_session text,
  note text,
  primary key (molecule, id),
  unique (molecule, position)
) strict;

CREATE UNIQUE INDEX steps_one_active on steps (molecule) where status = 'active';

CREATE TABLE usage (
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
) strict;

CREATE INDEX usage_by_agent on usage (agent, at);

CREATE INDEX usage_by_bead on usage (bead, at);

CREATE INDEX usage_by_session on usage (session, at);
