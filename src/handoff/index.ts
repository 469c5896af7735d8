export { bury, type UnwrittenEnd } from './bury.ts';
export { carryReceipt, type ReceiptCarried } from './carry-receipt.ts';
export { type HandoffAnswer, type HandoffDeps, type HandoffRequest, handOff } from './hand-off.ts';
export { askedReason } from './prepare-end.ts';
export { previewHandoff } from './preview-handoff.ts';
export { saveHandoff } from './save-handoff.ts';
export { type TransferRequest, type Transferred, transferSession } from './transfer-session.ts';
