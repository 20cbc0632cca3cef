export type { TorchBackend, TorchMemory } from './backend.js';
export { findTorch, type TorchSearch, type TorchSource } from './library/find-torch.js';
export { TorchError } from './library/torch-error.js';
export type { TorchInfo } from './native/load-torch.js';
export type { Precision } from './native/precision.js';
export { registerTorchBackend, type TorchOptions, torchFallbacks } from './register.js';
