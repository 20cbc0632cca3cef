export type { Device, TowerProgram } from './devices/device.js';
export { networkDevice } from './devices/network-device.js';
export {
  cudaDevice,
  type ProcessDeviceOptions,
  processDevice,
  webGpuDevice,
} from './devices/process-device.js';
export { type ServeDeviceOptions, type ServedDevice, serveDevice } from './devices/serve-device.js';
export { threadDevice } from './devices/thread-device.js';
export type { DeviceBackend, NetworkAddress, Span } from './protocol/messages.js';
export { TowerError } from './tower-proxy.js';
export { ChromeTrace } from './trace/chrome-trace.js';
export {
  ExchangeSummary,
  type ExchangeTimes,
  type SegmentTimes,
  type StepTimes,
  type TowerTimes,
} from './trace/exchange-summary.js';
export { TwoTowers, type TwoTowersOptions, type UsedDevice } from './two-towers.js';
