import { formatDuration } from '#base';
import type { Page } from './page.ts';

/** How long ago a moment was, in its largest unit: `3m ago`, `just now`; empty for none. */
export function ago(page: Page, at: number | null | undefined): string {
  if (at === null || at === undefined) return '';
  const passed = page.now - at;
  return passed < 1000 ? 'just now' : `${formatDuration(passed).split(' ')[0]} ago`;
}

/** A moment as `09:30:05` in the reader's time zone, with the date where it is not of today. */
export function clockTime(page: Page, at: number): string {
  const [moment, today] = [new Date(at), new Date(page.now)];
  const two = (value: number) => String(value).padStart(2, '0');
  const time = [moment.getHours(), moment.getMinutes(), moment.getSeconds()].map(two).join(':');
  const date = [moment.getFullYear(), two(moment.getMonth() + 1), two(moment.getDate())].join('-');
  return moment.toDateString() === today.toDateString() ? time : `${date} ${time}`;
}
