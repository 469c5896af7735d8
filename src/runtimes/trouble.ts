import { day, hour, minute, second } from '#base';
import { daysSince1970, readMoment } from './moment.ts';

/**
 * What keeps a program from going on that no crash is: it wants a login, its account's limit is reached, its conversation is too long, its vendor is
 * overloaded, broken or out of reach, something that it needs is not there, the disk is full. `resetAt` in ms since 1970, where the words tell it.
 */
export interface Trouble {
  readonly kind: 'auth' | 'rate-limit' | 'overflow' | 'no-service' | 'missing-dependency' | 'disk-full';
  readonly resetAt: number | undefined;
  /** The line that says so. */
  readonly detail: string;
}

/** When a screen was read: the moment, and how far the machine's local time is ahead of UTC, in ms, because limits reset "at 7pm". */
export interface Seen {
  readonly at: number;
  readonly zoneOffsetMs: number;
}

/**
 * Only the end of a screen tells what is the matter now; above it may stand what was over long ago. Empty lines, of which some programs draw many, count as
 * none.
 */
const linesRead = 15;
const detailLengthMax = 200;

/** What programs set before their vendor's words, and words of theirs for a vendor that answers with nothing. */
const failing = 'API Error: |Error: |Retry failed after \\d+ attempts: |unexpected status |\\{"error":\\{"code":';
const unreachable =
  'Repeated 529|Connection (?:error|failed|refused|dropped|reset|closed|timed out)|Reconnecting\\.\\.\\. waiting for network|Overloaded\\b|Request timed out|Unable to connect to API|fetch failed|stream disconnected before|server_error$|we.re currently experiencing high demand|selected model is at capacity';

/** Words of agents' programs, as recorded (FIELD/agents.md, FIELD/gastown.md 2.13) and as their vendors' servers say them. */
const signs: readonly (readonly [Trouble['kind'], RegExp])[] = [
  ['disk-full', /\bENOSPC\b|no space left on device/i],
  [
    'overflow',
    /prompt is too long|context limit reached|context[_ ]length[_ ]exceeded|maximum context length|context (?:window )?overflow|ContextOverflow|ran out of room in the model's context window/i,
  ],
  [
    'rate-limit',
    /you'?ve hit your .*limit|usage limit (?:reached|exceeded)|\blimit\b.*\bresets?\b|rate[ _-]?limit(?:ed|s)?\b.*(?:reached|exceeded|429)|\b429\b|too many requests|wait for limit to reset|add funds|quota exceeded|RateLimitError|^rate_limit$|\bbilling_error\b|credit balance is too low/i,
  ],
  [
    'auth',
    /\b401\b|invalid (?:x-)?api[ -]key|failed to authenticate|authentication[_ ](?:failed|error)|unauthenticated|oauth token (?:revoked|expired|has expired)|please (?:run .*)?log ?in|not logged in|\bauth_error\b|no api key found|no models available\. use \/login|sign in with chatgpt/i,
  ],
  ['overflow', /input token count .*exceeds the maximum/i],
  ['rate-limit', /\bRESOURCE_EXHAUSTED\b|rate limited\b.*\[retrying/],
  ['auth', /\bAPI key (?:not valid|expired)\b|\bdoes not have (?:access|permission) to\b|^\W*(?:Error: )?403: /i],
  // A line that begins with it: in the midst of others such words are those of the work.
  ['no-service', new RegExp(`^\\W*(?:${failing})*(?:5\\d\\d\\b.*(?:error|overloaded|unavailable|gateway|time-?out)|${unreachable})`, 'i')],
  [
    'no-service',
    /^\W*(?:Error: )?(?:Retry failed after \d+ attempts: )?terminated$|\[provider\.(?:api|connection)_error\]|\bAPI(?:Connection|Status|Timeout)Error\b/,
  ],
  ['missing-dependency', /command not found|cannot find (?:module|package)|MODULE_NOT_FOUND|error while loading shared libraries|: not found$/i],
];

/** The trouble that the end of a screen tells of; undefined where it tells of none. Of several the one told last. */
export function readTrouble(screen: string, seen: Seen): Trouble | undefined {
  const lines = screen
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-linesRead)
    .reverse();
  for (const line of lines) {
    const sign = signs.find(([, words]) => words.test(line));
    if (sign === undefined) continue;
    const [kind] = sign;
    // What was found in a limit's own line is told there or in its neighbours.
    const resetAt = kind === 'rate-limit' ? lines.map((each) => readReset(each, seen)).find((at) => at !== undefined) : undefined;
    return { kind, resetAt, detail: [...line.trim()].slice(0, detailLengthMax).join('') };
  }
  return undefined;
}

const units: readonly (readonly [RegExp, number])[] = [
  [/(\d+)\s*d(?:ays?)?\b/i, day],
  [/(\d+)\s*h(?:ours?|rs?)?\b/i, hour],
  [/(\d+)\s*m(?:in(?:ute)?s?)?\b/i, minute],
  [/(\d+)\s*s(?:ec(?:ond)?s?)?\b/i, second],
];

/**
 * When a limit resets: `resets in 2h 15m`, `try again in 45 minutes`, `retry after 90 seconds`, `retry-after: 3600`, an ISO moment, or a time of the
 * day (`resets 7pm`, `resets at 15:30`, `resets Dec 3, 4:37am (UTC)`), which is the next such moment.
 */
export function readReset(line: string, { at, zoneOffsetMs }: Seen): number | undefined {
  if (!/reset|again|retry|wait|until/i.test(line)) return undefined;
  const moment = readMoment(line);
  if (moment !== undefined) return moment;
  const lasting = /(?:\bin|after|wait(?: for)?)[:\s]+((?:\d+\s*[a-z]*[\s,]*(?:and\s+)?)+)/i.exec(line)?.[1];
  if (lasting !== undefined) return readLasting(lasting, at);
  const header = /retry-after:\s*(\d+)/i.exec(line);
  if (header !== null) return at + Number(header[1]) * second;
  const clock = clockWords.exec(line)?.groups;
  if (clock === undefined || (clock.minutes === undefined && clock.half === undefined)) return undefined;
  return readClock(clock, { at, zoneOffsetMs: clock.zone === undefined ? zoneOffsetMs : 0 });
}

/**
 * A time of the day, with its day where that is not the next one. Programs tell the machine's own zone by its name; UTC is the one that can be reckoned with.
 */
const clockWords =
  /(?:resets?|until|again)(?:\s+(?:at|on))?\s+(?:(?<month>[A-Z][a-z]{2})[a-z]*\.?\s+(?<date>\d{1,2}),?\s+(?:at\s+)?)?(?<hours>\d{1,2})(?::(?<minutes>\d\d))?\s*(?<half>[ap]m)?\b(?:\s*\((?<zone>UTC|GMT)\))?/i;

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

function readLasting(text: string, at: number): number | undefined {
  const found = units.flatMap(([words, unit]) => {
    const match = words.exec(text);
    return match === null ? [] : [Number(match[1]) * unit];
  });
  if (found.length > 0) return at + found.reduce((sum, ms) => sum + ms, 0);
  const bare = /^\s*(\d+)\s*$/.exec(text);
  return bare === null ? undefined : at + Number(bare[1]) * second;
}

function readClock({ month, date, hours, minutes = '0', half }: Readonly<Record<string, string | undefined>>, { at, zoneOffsetMs }: Seen): number | undefined {
  const hourOfDay = half === undefined ? Number(hours) : (Number(hours) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  if (hourOfDay > 23 || Number(minutes) > 59) return undefined;
  const timeOfDay = hourOfDay * hour + Number(minutes) * minute - zoneOffsetMs;
  if (month !== undefined) return readDay(months.indexOf(month.toLowerCase()) + 1, Number(date), { at, timeOfDay });
  const today = Math.floor((at + zoneOffsetMs) / day) * day + timeOfDay;
  return today > at ? today : today + day;
}

/** The next such day; its year is not told. */
function readDay(month: number, date: number, { at, timeOfDay }: { at: number; timeOfDay: number }): number | undefined {
  if (month < 1 || date < 1 || date > 31) return undefined;
  const year = 1970 + Math.floor(at / (365.2425 * day));
  return [year - 1, year, year + 1].map((each) => daysSince1970(each, month, date) * day + timeOfDay).find((moment) => moment > at);
}
