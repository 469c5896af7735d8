export { findTexts } from './find-texts.ts';
export * from './model.ts';
export { readTranscriptEnd, type TranscriptEnd } from './read-transcript-end.ts';
export { readTranscriptTail, type Tail } from './read-transcript-tail.ts';
export { readUsage } from './read-usage.ts';
export type { Scan } from './scan-transcript.ts';
