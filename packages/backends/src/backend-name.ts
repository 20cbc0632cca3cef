/** The backends that `useBackend` knows, fastest first on a machine without a GPU. */
export const backendNames = ['onednn', 'torch', 'tensorflow', 'webgpu', 'wasm', 'cpu'] as const;

/** A backend by its name in TensorFlow.js. */
export type BackendName = 'onednn' | 'torch' | 'tensorflow' | 'webgpu' | 'wasm' | 'cpu';
