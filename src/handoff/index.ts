export { bury, type UnwrittenEnd } from './bury.ts';
export { type HandoffAnswer, type HandoffDeps, type HandoffRequest, handOff } from './hand-off.ts';
export { previewHandoff } from './preview-handoff.ts';
export { saveHandoff } from './save-handoff.ts';
