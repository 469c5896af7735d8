export { refuseFullDisk } from './admit-sling.ts';
export { chooseRuntime } from './choose-runtime.ts';
export { type Retired, retirePolecats } from './retire-polecats.ts';
export { type SlingDeps, type SlingRequest, type Slung, slingBead } from './sling-bead.ts';
export { takeBackAbandoned } from './take-back.ts';
export { type Unslung, unslingBead } from './unsling-bead.ts';
