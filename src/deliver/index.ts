export { bringNudges, canBeTyped, type DeliverAnswer, type DeliverDeps, takeStock } from './bring-nudges.ts';
export { type TakeRequest, takeNudges } from './take-nudges.ts';
