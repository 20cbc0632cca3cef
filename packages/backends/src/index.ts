export { type BackendName, backendNames } from './backend-name.js';
export { type Precision, precisions } from './precision.js';
export type { BackendOptions, StartedBackend } from './started-backend.js';
export { automaticBackends, type UsedBackend, useBackend } from './use-backend.js';
export type { GpuAdapter } from './webgpu/gpu-adapter.js';
export { listGpuAdapters } from './webgpu/list-gpu-adapters.js';
