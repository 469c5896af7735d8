export { bury, type UnwrittenEnd } from './bury.ts';
export { type Capture, composeDocument } from './capture.ts';
export { captureState } from './capture-state.ts';
export { type HandoffAnswer, type HandoffDeps, type HandoffRequest, handOff, previewHandoff } from './hand-off.ts';
