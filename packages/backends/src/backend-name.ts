/** The backends that `useBackend` knows, fastest first on a machine without a GPU. */
export const backendNames = ['onednn', 'tensorflow', 'webgpu', 'wasm', 'cpu'] as const;

/** A backend by its name in TensorFlow.js. */
export type BackendName = 'onednn' | 'tensorflow' | 'webgpu' | 'wasm' | 'cpu';
