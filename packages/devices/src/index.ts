export type { Device, TowerProgram } from './device.js';
export type { DeviceBackend, Span } from './messages.js';
export { cudaDevice, type ProcessDeviceOptions, processDevice } from './process-device.js';
export { threadDevice } from './thread-device.js';
export { TowerError } from './tower-client.js';
export { TwoTowers, type TwoTowersOptions, type UsedDevice } from './two-towers.js';
