import { day, hour, minute, second } from '#base';

const shape = /(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,3})\d*)?)?(Z|[+-]\d\d:?\d\d)/;

/** The first ISO 8601 moment with a zone in a text, in ms since 1970; undefined where there is none. Pure, where Date is not. */
export function readMoment(text: string): number | undefined {
  const match = shape.exec(text);
  if (match === null) return undefined;
  const [, y, mo, d, h, mi, s = '0', fraction = '0', zone = 'Z'] = match;
  const [, sign = '+', zh = '0', zm = '0'] = /([+-])(\d\d):?(\d\d)/.exec(zone) ?? [];
  const offset = (Number(zh) * hour + Number(zm) * minute) * (sign === '-' ? -1 : 1);
  const ms = Number(s) * second + Number(fraction.padEnd(3, '0'));
  return daysSince1970(Number(y), Number(mo), Number(d)) * day + Number(h) * hour + Number(mi) * minute + ms - offset;
}

/** A value as a moment: a text as `readMoment` reads it, or ms since 1970. */
export function asMoment(value: unknown): number | undefined {
  if (typeof value === 'string') return readMoment(value);
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined;
}

/** Days since 1970 of a civil date (Howard Hinnant, "chrono-compatible low-level date algorithms"). */
export function daysSince1970(y: number, month: number, dayOfMonth: number): number {
  const year = y - (month <= 2 ? 1 : 0);
  const era = Math.floor(year / 400);
  const yearOfEra = year - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + dayOfMonth - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468;
}
