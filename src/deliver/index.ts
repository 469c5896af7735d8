export { bringNudges, canBeTyped, type DeliverAnswer, type DeliverDeps, takeStock } from './bring-nudges.ts';
