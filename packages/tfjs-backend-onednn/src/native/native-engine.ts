import koffi from 'koffi';
import type { Address, OneDnnApi, Out, Struct } from '../library/c-api.js';
import {
  dataTypeFloat32,
  engineCpu,
  formatTag,
  memoryDescriptorBytes,
  operationDescriptorBytes,
  streamInOrder,
} from '../library/constants.js';
import { checkStatus } from '../library/onednn-error.js';
import { Primitive } from './primitive.js';

/** What is done to a primitive's result before it is stored: `scale` * a function, or an operation with an array. */
export type PostOp =
  | { kind: number; alpha: number; beta: number; scale?: number }
  | { kind: number; operand: Struct };

/** A memory argument of a primitive: its number and layout. */
export type ArgumentLayout = readonly [argument: number, layout: Struct];

/** Makes layouts, descriptors and primitives on the CPU engine; every failure is an OneDnnError. */
export class NativeEngine {
  readonly api: OneDnnApi;
  readonly #engine: Address;
  readonly #stream: Address;
  #operation = 'engine creation';
  #descriptors: Address[] = [];
  #attributes: Address[] = [];

  constructor(api: OneDnnApi) {
    this.api = api;
    this.#engine = this.#take((out) => api.engineCreate(out, engineCpu, 0));
    this.#stream = this.#take((out) => api.streamCreate(out, this.#engine, streamInOrder));
  }

  /**
   * Runs a function that makes primitives. Errors carry `operation`; the descriptors made on the way are freed
   * at the end, as primitives keep what they need of them.
   */
  build<T>(operation: string, make: () => T): T {
    this.#operation = operation;
    try {
      return make();
    } finally {
      for (const descriptor of this.#descriptors) this.api.primitiveDescriptorDestroy(descriptor);
      for (const attributes of this.#attributes) this.api.attributesDestroy(attributes);
      this.#descriptors = [];
      this.#attributes = [];
    }
  }

  /** Frees stream and engine; every primitive must have been destroyed. */
  destroy(): void {
    this.api.streamDestroy(this.#stream);
    this.api.engineDestroy(this.#engine);
  }

  /** A float32 layout with the strides given, in elements. */
  strided(dims: readonly number[], strides: readonly number[]): Struct {
    const layout = new Uint8Array(memoryDescriptorBytes);
    this.#check(
      this.api.memoryDescriptorByStrides(layout, dims.length, int64(dims), dataTypeFloat32, int64(strides)),
    );
    return layout;
  }

  /** A float32 layout without gaps, the last dimension fastest. */
  dense(dims: readonly number[]): Struct {
    return this.strided(dims, denseStrides(dims));
  }

  /** A float32 layout that oneDNN may choose. */
  any(dims: readonly number[]): Struct {
    const layout = new Uint8Array(memoryDescriptorBytes);
    this.#check(
      this.api.memoryDescriptorByTag(layout, dims.length, int64(dims), dataTypeFloat32, formatTag.any),
    );
    return layout;
  }

  bytes(layout: Struct): number {
    return Number(this.api.memoryDescriptorSize(layout));
  }

  same(a: Struct, b: Struct): boolean {
    return this.api.memoryDescriptorEqual(a, b) !== 0;
  }

  /** Describes an operation: `initialize` fills the C struct. */
  describe(
    initialize: (operation: Struct) => number,
    options: { postOps?: readonly PostOp[]; forward?: Address } = {},
  ): Address {
    const operation = new Uint8Array(operationDescriptorBytes);
    this.#check(initialize(operation));
    const attributes = options.postOps?.length ? this.#postOps(options.postOps) : null;
    return this.descriptor((out) =>
      this.api.primitiveDescriptorCreate(out, operation, attributes, this.#engine, options.forward ?? null),
    );
  }

  /** Describes an operation that has a creation function of its own: reorder, sum. */
  descriptor(create: (out: Out, engine: Address) => number): Address {
    const descriptor = this.#take((out) => create(out, this.#engine));
    this.#descriptors.push(descriptor);
    return descriptor;
  }

  /** The layout that oneDNN chose for an argument; undefined if the operation has no such argument. */
  chosenLayout(descriptor: Address, what: number): Struct | undefined {
    const address = this.api.primitiveDescriptorQueryMemory(descriptor, what, 0);
    if (address === null) return undefined;
    const layout = new Uint8Array(koffi.view(address, memoryDescriptorBytes)).slice();
    return this.bytes(layout) > 0 ? layout : undefined;
  }

  /** Compiles a primitive; its `run` takes the addresses in the order of `layouts`. */
  primitive(descriptor: Address, layouts: readonly ArgumentLayout[]): Primitive {
    const handle = this.#take((out) => this.api.primitiveCreate(out, descriptor));
    const memories = layouts.map(([argument, layout]) => ({
      argument,
      memory: this.#take((out) => this.api.memoryCreate(out, layout, this.#engine, 0n)),
    }));
    return new Primitive(this.api, this.#stream, this.#operation, handle, memories);
  }

  #postOps(postOps: readonly PostOp[]): Address {
    const attributes = this.#take((out) => this.api.attributesCreate(out));
    this.#attributes.push(attributes);
    const list = this.#take((out) => this.api.postOpsCreate(out));
    try {
      for (const op of postOps) {
        const status =
          'operand' in op
            ? this.api.postOpsAppendBinary(list, op.kind, op.operand)
            : this.api.postOpsAppendEltwise(list, op.scale ?? 1, op.kind, op.alpha, op.beta);
        this.#check(status);
      }
      this.#check(this.api.attributesSetPostOps(attributes, list));
    } finally {
      this.api.postOpsDestroy(list);
    }
    return attributes;
  }

  #take(create: (out: Out) => number): Address {
    const out: Out = [null];
    this.#check(create(out));
    return out[0] ?? 0n;
  }

  #check(status: number): void {
    checkStatus(this.#operation, status);
  }
}

/** Strides of an array without gaps, in elements: [H, W, C] gives [W * C, C, 1]. */
export function denseStrides(dims: readonly number[]): number[] {
  const strides = dims.map(() => 1);
  for (let i = dims.length - 2; i >= 0; i--) strides[i] = (strides[i + 1] ?? 1) * (dims[i + 1] ?? 1);
  return strides;
}

/** `dnnl_dims_t`: an array of 64-bit integers. */
export function int64(values: readonly number[]): BigInt64Array {
  return BigInt64Array.from(values, BigInt);
}
