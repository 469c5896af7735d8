export { assert, Bug, known, unreachable } from './assert.ts';
export { doublingBackoff, withJitter } from './backoff.ts';
export { type Chance, type Clock, day, hour, minute, second } from './clock.ts';
export { describeError, Fault, type FaultKind, faultTable, isFault, toFault } from './fault.ts';
export { newId, newSessionId, randomBase36, randomHex, randomUuid } from './id.ts';
export { byteLength, columnsOf, cutToBytes, cutToColumns, formatCount, formatDuration, formatMoment, nearestName, plural, quoteWord, shorten } from './text.ts';
