import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { SignalReport } from '#runtimes/model';

/**
 * A report whose transcript is named where it truly lies. A program in a home of ours for one launch (decision 0021) names it by a link there, which
 * goes with the launch. The file itself need not be there yet.
 */
export function withRealTranscript(report: SignalReport): SignalReport {
  if (report.transcript === undefined) return report;
  try {
    return { ...report, transcript: join(realpathSync.native(dirname(report.transcript)), basename(report.transcript)) };
  } catch {
    // A folder that is not there yet has no other name.
    return report;
  }
}
