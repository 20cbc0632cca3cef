/** The memory of a WebAssembly module. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

interface Wasm {
  readonly Memory: new (size: { initial: number }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

/** The part of WebAssembly that is used here; TypeScript declares it for browsers only. */
export const wasm: Wasm = (globalThis as unknown as { WebAssembly: Wasm }).WebAssembly;
