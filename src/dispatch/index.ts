export { retirePolecats, takeBackAbandoned } from './retire-polecats.ts';
export { type SlingDeps, type SlingRequest, type Slung, slingBead } from './sling-bead.ts';
export { type Unslung, unslingBead } from './unsling-bead.ts';
