/**
 * What delivery needs (DESIGN.md section 10). A nudge has a place in its agent's line, is offered to a session before it is known to have arrived, and
 * may be brought in vain; a message is taken up, put away, and may have come to its recipient by a group.
 */
export const delivery = `
alter table nudges add column place integer not null default 0;
alter table nudges add column offered_at integer;
alter table nudges add column offered_session text references sessions (id);
alter table nudges add column miss_count integer not null default 0;
alter table nudges add column missed_at integer;
alter table nudges add column missed_why text;
create index nudges_in_line on nudges (agent, place) where consumed_at is null and dropped_at is null;

alter table mail add column acked_at integer;
alter table mail add column archived_at integer;
alter table mail add column to_group text;
create index mail_by_thread on mail (thread, sent_at);
`;
