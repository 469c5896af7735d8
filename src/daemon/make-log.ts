import { type Clock, formatMoment } from '#base';

/** Writes one line of the daemon's log: JSON, so that `baton logs` and other programs read it alike. */
export type Log = (level: 'info' | 'error', message: string) => void;

/** A log over anything that takes text. */
export function makeLog({ clock, write }: { clock: Clock; write: (text: string) => void }): Log {
  return (level, message) => write(`${JSON.stringify({ ts: formatMoment(clock.now()), level, message })}\n`);
}
