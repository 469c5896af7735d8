import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { day, hour, minute, second } from '#base';
import { readReset, readTrouble } from './trouble.ts';

const at = Date.UTC(2026, 10, 28, 14, 0, 0);
const seen = { at, zoneOffsetMs: 0 };
const kindOf = (screen: string) => readTrouble(screen, seen)?.kind;

test('each trouble is known by the words of the programs that have it (runtimes 6)', () => {
  const told = {
    auth: [
      'Invalid API key · Fix external API key',
      'Failed to authenticate. API Error: 403 forbidden',
      'unexpected status 401 Unauthorized: invalid x-api-key, url: http://…',
      'Error: [provider.auth_error] 401',
      'OAuth token revoked · Please run /login',
      '✕ [API Error: {"error":{"code":401,"message":"API key not valid. Please pass a valid API key.","status":"UNAUTHENTICATED"}}]',
      '  ┃  invalid x-api-key (scripted)',
      'Please run /login · API Error: 403 forbidden',
      'authentication_failed',
    ],
    'rate-limit': [
      "You've hit your session limit · resets 7pm",
      'API Error: Request rejected (429) · rate limited',
      'exceeded retry limit, last status: 429 Too Many Requests',
      'Stop and wait for limit to reset',
      '   ■■■■⬝⬝⬝⬝ rate limited (scripted) [retrying in 4s attempt #2]                    esc interrupt',
      '  🌑 Retrying (2/10) · APIProviderRateLimitError · in 3s',
      '✕ [API Error: {"error":{"code":429,"message":"Resource exhausted","status":"RESOURCE_EXHAUSTED"}}]',
      'Credit balance is too low',
      'rate_limit',
      'Claude usage limit reached. Your limit will reset at 3pm',
    ],
    overflow: [
      'Prompt is too long · /compact',
      '⎿  Context limit reached · /compact or /clear to continue',
      'Error: [compaction.failed] APIContextOverflowError: 400',
      '✕ [API Error: {"error":{"code":400,"message":"The input token count (1200000) exceeds the maximum number of tokens',
    ],
    'no-service': [
      '● API Error: 500 Internal server error. This is a server-side issue, usually temporary — try again in a moment.',
      '✻ 529 Overloaded · retrying in 1s · attempt 1/1',
      'API Error: Repeated 529 Overloaded errors',
      'API Error: Connection refused — a firewall or proxy may be blocking it (ECONNREFUSED)',
      'server_error',
      '500: {"message":"The server had an error while processing your request. Sorry about that!","type":"server_error"}',
      'terminated',
      'Connection error.',
      ' Error: Retry failed after 3 attempts: Connection error.',
      '■ We’re currently experiencing high demand, which may cause temporary errors.',
      '■ stream disconnected before completion: error sending request',
      'unexpected status 502 Bad Gateway: , url: http://127.0.0.1/v1/responses',
      '✕ [API Error: {"error":{"code":503,"message":"The model is overloaded. Please try again later.","status":"UNAVAILABLE"}}]',
      '  🌑 Retrying (4/10) · APIConnectionError · in 3s',
    ],
    'missing-dependency': ['sh: 1: claude: not found', 'bash: kimi: command not found', "Error: Cannot find module 'yargs'"],
    'disk-full': ['ENOSPC: no space left on device, write'],
  };
  for (const [kind, lines] of Object.entries(told)) for (const line of lines) assert.equal(kindOf(`working\n${line}\n$ \n`), kind, line);
  for (const calm of [
    '',
    'all tests pass',
    'limit 5',
    'line 4012 of file',
    'the author',
    'rates are fine',
    '500 files changed',
    'Terminated',
    'the server answered 500 with an error',
    '      connect ECONNREFUSED',
  ])
    assert.equal(kindOf(calm), undefined, calm);
});

test('what stood on the screen long ago tells nothing of now, and of two the last one counts (runtimes 6)', () => {
  assert.equal(kindOf(`401 Unauthorized\n${'fine\n'.repeat(20)}`), undefined);
  assert.equal(kindOf('401 Unauthorized\n429 Too Many Requests\n'), 'rate-limit');
});

test('a reset is read from a time of day, a duration, a header or a moment (runtimes 6)', () => {
  const resets: [string, number][] = [
    ['limit · resets 7pm', at + 5 * hour],
    ['limit · resets at 13:30', at + day - 30 * minute],
    ['resets 12am', at + 10 * hour],
    ["You've hit your weekly limit · resets Dec 3, 4:37am (UTC)", Date.UTC(2026, 11, 3, 4, 37)],
    ['resets Jan 2 at 9am', Date.UTC(2027, 0, 2, 9)],
    ['try again in 2h 15m', at + 2 * hour + 15 * minute],
    ['Please try again in 45 minutes.', at + 45 * minute],
    ['retry after 90 seconds', at + 90 * second],
    ['retry-after: 3600', at + hour],
    ['resets 2026-11-29T01:00:00+01:00', Date.UTC(2026, 10, 29)],
    ['resets 2024-02-29T23:59:59Z', Date.UTC(2024, 1, 29, 23, 59, 59)],
  ];
  for (const [line, expected] of resets) assert.equal(readReset(line, seen), expected, line);
  assert.equal(readReset('resets 9am', { at, zoneOffsetMs: -8 * hour }), Date.UTC(2026, 10, 28, 17), '9 in the morning, eight hours behind UTC');
  const behind = { at, zoneOffsetMs: -8 * hour };
  assert.equal(readReset('resets 3:37pm (UTC)', behind), Date.UTC(2026, 10, 28, 15, 37), 'UTC is said, wherever the machine stands');
  assert.equal(readReset('resets Dec 3, 4am (America/Los_Angeles)', behind), Date.UTC(2026, 11, 3, 12));
  for (const line of ['resets soon', 'it resets 3', '5 tests reset', 'resets 25:00']) assert.equal(readReset(line, seen), undefined, line);
});

test('a time of day is always ahead, by a day at most, and no text makes it fail (runtimes 6)', () => {
  fc.assert(
    fc.property(fc.nat(23), fc.nat(59), fc.integer({ min: 0, max: 2 ** 41 }), fc.integer({ min: -14, max: 14 }), (h, m, now, zone) => {
      const reset = readReset(`resets at ${h}:${String(m).padStart(2, '0')}`, { at: now, zoneOffsetMs: zone * hour });
      assert.ok(reset !== undefined && reset > now && reset <= now + day);
    }),
  );
  fc.assert(fc.property(fc.string(), (text) => void readTrouble(`limit resets ${text}`, seen)));
});
