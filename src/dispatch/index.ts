export { admitStart, refuseClosedRig } from './admit-start.ts';
export { chooseRuntime, codeRuntime, type RuntimeChoice } from './choose-runtime.ts';
export { type Retired, retirePolecats } from './retire-polecats.ts';
export { type SlingDeps, type SlingRequest, type Slung, slingBead } from './sling-bead.ts';
export { takeBackAbandoned } from './take-back.ts';
export { type Unslung, unslingBead } from './unsling-bead.ts';
