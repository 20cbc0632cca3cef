export { ChromeTrace } from './chrome-trace.js';
export type { Device, TowerProgram } from './device.js';
export {
  ExchangeSummary,
  type ExchangeTimes,
  type SegmentTimes,
  type StepTimes,
  type TowerTimes,
} from './exchange-summary.js';
export type { DeviceBackend, NetworkAddress, Span } from './messages.js';
export { networkDevice } from './network-device.js';
export { cudaDevice, type ProcessDeviceOptions, processDevice, webGpuDevice } from './process-device.js';
export { type ServeDeviceOptions, type ServedDevice, serveDevice } from './serve-device.js';
export { threadDevice } from './thread-device.js';
export { TowerError } from './tower-client.js';
export { TwoTowers, type TwoTowersOptions, type UsedDevice } from './two-towers.js';
