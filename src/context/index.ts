export * from './model.ts';
export { type MeterRequest, readMeter } from './read-meter.ts';
