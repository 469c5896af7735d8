import type { Entry, Environment, FilePattern, LineReading, TurnUsage } from '../contract.ts';
import { asCount, asFields, asText, type Fields, findFields } from '../json.ts';

/**
 * The parts and messages of a conversation and of its sub-agents' ones, whose parent it is, and of theirs. A message's row changes last, when its turn is
 * over: it tells what the turn cost, or why it failed. Where a compaction kept what came last, `keep_from` is the first part of that; of what a person
 * took back (`revert`), too, in a row of the conversation itself. What is sorted are ids alone, so that what is not read yet costs nothing but that: the
 * rest of each row is looked up when it is its turn.
 */
export const query = `
with recursive own(id) as (select ?1 union select session.id from session join own on session.parent_id = own.id),
changes as materialized (
  select id, changed, part, message, session from (
    select id, time_updated as changed, rowid as part, null as message, null as session from part where session_id in (select id from own)
    union all
    select id, time_updated, null, rowid, null from message where session_id in (select id from own)
    union all
    select id, time_updated, null, null, rowid from session where id = ?1 and revert is not null
  ) where changed >= ?2 order by changed, id
)
select changes.id as id, changes.changed as changed,
  case when changes.part is not null then 'part' when changes.message is not null then 'message' else 'session' end as kind,
  coalesce(part.data, message.data, session.revert) as data, whole.data as about, began.time_created as began,
  nullif(coalesce(part.session_id, message.session_id, ?1), ?1) as subagent,
  case
    when instr(whole.data, '"summary":true') > 0 and json_extract(whole.data, '$.summary') = 1 then (
      select min(first.id) from part as first where first.message_id = (
        select json_extract(asked.data, '$.tail_start_id') from part as asked
        where asked.message_id = json_extract(whole.data, '$.parentID') and json_extract(asked.data, '$.type') = 'compaction' limit 1
      )
    )
    when session.revert is not null then (
      select min(back.id) from part as back where back.session_id = ?1
        and (back.message_id > json_extract(session.revert, '$.messageID')
          or back.message_id = json_extract(session.revert, '$.messageID') and back.id >= coalesce(json_extract(session.revert, '$.partID'), ''))
        and (json_extract(back.data, '$.type') = 'tool'
          or json_extract(back.data, '$.type') = 'text' and json_extract(back.data, '$.text') <> '' and coalesce(json_extract(back.data, '$.ignored'), 0) = 0)
    )
  end as keep_from
from changes
  left join part on part.rowid = changes.part
  left join message as whole on whole.id = part.message_id
  left join message on message.rowid = changes.message
  left join session as began on began.id = message.session_id
  left join session on session.rowid = changes.session`;

/** One row of the query. */
export function readRow(row: Readonly<Record<string, unknown>>): LineReading | undefined {
  const data = findFields(asText(row.data) ?? '');
  const id = asText(row.id);
  if (data === undefined || id === undefined) return undefined;
  const subagent = asText(row.subagent);
  const whose = subagent === undefined ? {} : { subagent };
  if (row.kind === 'session') return readRevert(row, id);
  if (row.kind === 'message') return readMessage(data, { id, ...whose, ...copiedOf(data, row.began) });
  // Most parts are notes of steps, of which nothing was said.
  if (data.type !== 'text' && data.type !== 'tool') return { entries: [] };
  const message = findFields(asText(row.about) ?? '');
  return message === undefined ? undefined : readPart(data, message, { about: { id, ...whose }, keepFrom: asText(row.keep_from) });
}

/** The database of all conversations, under the name that its environment gives it. */
export function locateTranscript({ env }: { readonly env: Environment }): readonly FilePattern[] {
  const data = env.XDG_DATA_HOME || (env.HOME ? `${env.HOME}/.local/share` : undefined);
  return data === undefined ? [] : [{ folder: `${data}/opencode`, pattern: env.OPENCODE_DB || 'opencode.db' }];
}

/**
 * What a person took back is in no request from then on. The next prompt deletes it, or it is brought back first; both show in the rows as they are, and
 * where only the archive is left it counts as deleted.
 */
function readRevert({ keep_from: from, changed }: Readonly<Record<string, unknown>>, id: string): LineReading {
  const to = asText(from);
  if (to === undefined) return { entries: [] };
  return { entries: [{ kind: 'system', text: '', id, ...(typeof changed === 'number' ? { at: changed } : {}) }], change: { kind: 'rewound', to } };
}

type About = Pick<Entry, 'subagent'> & Pick<TurnUsage, 'isCopied'> & { readonly id: string };

/** A copy has the original's messages under ids of its own, with their moments, which are before it began. */
function copiedOf({ time }: Fields, began: unknown): Pick<TurnUsage, 'isCopied'> {
  const at = asCount(asFields(time)?.created);
  return at !== undefined && typeof began === 'number' && at < began ? { isCopied: true } : {};
}

function readPart(part: Fields, message: Fields, { about, keepFrom }: { readonly about: About; readonly keepFrom: string | undefined }): LineReading {
  const at = asCount(asFields(part.time)?.start) ?? asCount(asFields(message.time)?.created);
  const dated = { ...about, ...(at === undefined ? {} : { at }) };
  if (part.type === 'tool') return { entries: readTool(part, dated) };
  const text = part.type === 'text' && part.ignored !== true ? asText(part.text) : undefined;
  if (text === undefined) return { entries: [] };
  if (message.role === 'user') return { entries: [{ kind: part.synthetic === true ? 'system' : 'user', text, ...dated }] };
  if (message.summary !== true) return { entries: [{ kind: 'assistant', text, ...dated }] };
  return { entries: [{ kind: 'summary', text, ...dated }], change: { kind: 'compacted', ...(keepFrom === undefined ? {} : { keepFrom }) } };
}

/** A call, and its result once it has one, are one part. */
function readTool({ tool, callID, state }: Fields, about: About): Entry[] {
  const { status, input, output, error } = asFields(state) ?? {};
  const name = asText(tool);
  const call = asText(callID);
  const joined = { ...(name === undefined ? {} : { name }), ...(call === undefined ? {} : { call }) };
  const called: Entry = { kind: 'tool-call', text: asText(asFields(input)?.command) ?? JSON.stringify(input ?? {}), tool: joined, ...about };
  if (status === 'completed') return [called, { kind: 'tool-result', text: asText(output) ?? '', tool: joined, ...about }];
  if (status === 'error') return [called, { kind: 'tool-result', text: asText(error) ?? '', tool: { ...joined, isError: true }, ...about }];
  return [called];
}

/** What a person broke off is no failure. */
function readMessage(message: Fields, about: About): LineReading {
  const error = asFields(message.error);
  if (error === undefined || error.name === 'MessageAbortedError') return { entries: [], ...readUsage(message, about) };
  const data = asFields(error.data) ?? {};
  const failure = [asText(error.name), asCount(data.statusCode), asText(data.message)].filter((word) => word !== undefined).join(' ');
  return { entries: [], ...readUsage(message, about), failure };
}

/** The usage that a compaction reports is of what it compacted. */
function readUsage(message: Fields, { id, subagent, isCopied }: About): { usage?: TurnUsage } {
  const tokens = asFields(message.tokens);
  const cache = asFields(tokens?.cache);
  const [input, output, reasoning = 0, cachedTokens = 0, cacheWriteTokens = 0] = [
    tokens?.input,
    tokens?.output,
    tokens?.reasoning,
    cache?.read,
    cache?.write,
  ].map(asCount);
  if (message.role !== 'assistant' || input === undefined || output === undefined || input + output + cachedTokens + cacheWriteTokens === 0) return {};
  const inputTokens = input + cachedTokens + cacheWriteTokens;
  const at = asCount(asFields(message.time)?.completed);
  const model = asText(message.modelID);
  return {
    usage: {
      id,
      inputTokens,
      outputTokens: output + reasoning,
      contextTokens: message.summary === true ? 0 : inputTokens + output,
      cachedTokens,
      cacheWriteTokens,
      ...(model === undefined ? {} : { model }),
      ...(at === undefined ? {} : { at }),
      ...(subagent === undefined ? {} : { subagent }),
      ...(isCopied === undefined ? {} : { isCopied }),
    },
  };
}
