export { bringNudges, canBeTyped, type DeliverAnswer, type DeliverDeps, sendUnsent, takeStock } from './bring-nudges.ts';
export { type SettleSignal, settleInRound, settleNudges } from './settle-nudges.ts';
export { confirmNudges, type Taken, type TakeRequest, takeNudges } from './take-nudges.ts';
