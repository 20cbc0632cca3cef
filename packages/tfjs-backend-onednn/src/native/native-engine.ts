import type { Address, OneDnnApi, Out, Status } from '../library/c-api.js';
import {
  allocatedByLibrary,
  argument,
  binaryAlgorithm,
  engineCpu,
  firstSummand,
  formatTag,
  query,
  queryImplementation,
  scratchpadOfUser,
  streamInOrder,
} from '../library/constants.js';
import { checkStatus } from '../library/onednn-error.js';
import type {
  ArgumentLayout,
  ArgumentName,
  Attributes,
  BatchNormalization,
  Binary,
  ChosenArgument,
  Convolution,
  Descriptor,
  Elementwise,
  ElementwiseBackward,
  Layout,
  MatrixProduct,
  Pooling,
  PostOp,
  Prelu,
  Reduction,
  ScaledResponseNormalization,
  Softmax,
  WeightedSum,
} from './operations.js';
import { Primitive, type PrimitiveArgument } from './primitive.js';
import type { SignalGuard } from './signal-guard.js';

/**
 * Creates layouts, descriptors and primitives on the CPU engine, with one interface for all versions of
 * oneDNN; each version has a subclass that calls its C API. Every failure is an OneDnnError, whose
 * `isUnimplemented` is true if this version does not implement the operation.
 */
export abstract class NativeEngine {
  readonly api: OneDnnApi;
  protected readonly engine: Address;
  readonly #stream: Address;
  readonly #guard: SignalGuard | undefined;
  #operation = 'engine creation';
  #isDestroyed = false;
  #atEnd: (() => void)[] = [];

  constructor(api: OneDnnApi, guard: SignalGuard | undefined) {
    this.api = api;
    this.#guard = guard;
    this.engine = this.take((out) => api.engineCreate(out, engineCpu, 0));
    this.#stream = this.take((out) => api.streamCreate(out, this.engine, streamInOrder));
  }

  abstract convolutionForward(convolution: Convolution): Descriptor;
  abstract convolutionBackwardInput(convolution: Convolution): Descriptor;
  abstract convolutionBackwardFilter(convolution: Convolution): Descriptor;
  abstract poolingForward(pooling: Pooling): Descriptor;
  abstract poolingBackward(pooling: Pooling): Descriptor;
  abstract responseNormalizationForward(normalization: ScaledResponseNormalization): Descriptor;
  abstract responseNormalizationBackward(normalization: ScaledResponseNormalization): Descriptor;
  abstract elementwiseForward(elementwise: Elementwise): Descriptor;
  abstract elementwiseBackward(elementwise: ElementwiseBackward): Descriptor;
  abstract matrixProduct(product: MatrixProduct): Descriptor;
  abstract binary(binary: Binary): Descriptor;
  abstract reduction(reduction: Reduction): Descriptor;
  abstract softmaxForward(softmax: Softmax): Descriptor;
  abstract softmaxBackward(softmax: Softmax): Descriptor;
  abstract batchNormalizationForward(normalization: BatchNormalization): Descriptor;
  abstract batchNormalizationBackward(normalization: BatchNormalization): Descriptor;
  abstract preluForward(prelu: Prelu): Descriptor;
  abstract preluBackward(prelu: Prelu): Descriptor;
  abstract weightedSum(sum: WeightedSum): Descriptor;

  /** The widest vector instructions that oneDNN uses on this CPU, such as 'avx512_core_bf16'. */
  get instructionSet(): string {
    return this.instructionSets[this.api.effectiveCpuIsa()] ?? 'unknown';
  }

  protected abstract layoutByStrides(dims: readonly number[], strides: readonly number[]): Layout;
  protected abstract layoutByTag(dims: readonly number[], tag: number): Layout;
  /** `dnnl_nChw16c`. */
  protected abstract readonly channelBlocksTag: number;

  /**
   * True where LRN is three times as fast on `channelBlocks` as on NHWC, and a convolution of images that
   * writes them is a fifth faster.
   */
  abstract readonly prefersChannelBlocks: boolean;
  /** The names of the values of `dnnl_cpu_isa_t`. */
  protected abstract readonly instructionSets: Record<number, string>;
  /** Appends a function to a list of post-ops and returns the number of entries that it took. */
  protected abstract appendFunction(list: Address, op: Exclude<PostOp, { operand: Layout }>): number;
  /** The argument number of the operand of the list's i-th entry. */
  protected abstract operandArgument(index: number): number;

  /**
   * Runs a function that creates primitives. Errors name `operation`. The layouts and descriptors created on
   * the way are freed at the end, since primitives keep what they need of them.
   */
  build<T>(operation: string, make: () => T): T {
    this.#operation = operation;
    try {
      return make();
    } finally {
      for (const free of this.#atEnd) free();
      this.#atEnd = [];
    }
  }

  /** Frees the stream. The engine is never freed, because primitives in oneDNN's own cache go on using it. */
  destroy(): void {
    if (this.#isDestroyed) return; // tfjs may dispose a backend twice, which would be a double free
    this.#isDestroyed = true;
    this.api.streamDestroy(this.#stream);
  }

  /** A float32 layout with the given strides, in elements. */
  strided(dims: readonly number[], strides: readonly number[]): Layout {
    return this.layoutByStrides(dims, strides);
  }

  /** A float32 layout that oneDNN may choose. */
  any(dims: readonly number[]): Layout {
    return this.layoutByTag(dims, formatTag.any);
  }

  /** A float32 layout [N, C / 16, H, W, 16] of dimensions N, C, H, W. */
  channelBlocks(dims: readonly number[]): Layout {
    return this.layoutByTag(dims, this.channelBlocksTag);
  }

  /** A float32 layout without gaps; the last dimension is contiguous. */
  dense(dims: readonly number[]): Layout {
    return this.strided(dims, denseStrides(dims));
  }

  bytes(layout: Layout): number {
    return Number(this.api.memoryDescriptorSize(layout.memory));
  }

  same(a: Layout, b: Layout): boolean {
    return this.api.memoryDescriptorEqual(a.memory, b.memory) !== 0;
  }

  /** A copy from one layout to another. */
  reorder(from: Layout, to: Layout): Descriptor {
    return this.describe({}, (out, attributes) =>
      this.api.reorderDescriptorCreate(out, from.memory, this.engine, to.memory, this.engine, attributes),
    );
  }

  /** The layout that oneDNN chose for an argument, or undefined if the operation has no such argument. */
  chosenLayout(descriptor: Descriptor, what: ChosenArgument): Layout | undefined {
    const memory = this.api.primitiveDescriptorQueryMemory(descriptor.handle, query[what], 0);
    return memory !== null && this.bytes({ memory }) > 0 ? { memory } : undefined;
  }

  /** Compiles a primitive whose `run` accepts addresses in the order of `layouts`. */
  primitive(descriptor: Descriptor, layouts: readonly ArgumentLayout[]): Primitive {
    const handle = this.take((out) => this.api.primitiveCreate(out, descriptor.handle));
    const memoryOf = ([name, layout]: ArgumentLayout, at: Address): PrimitiveArgument => ({
      argument: argumentNumber(descriptor, name),
      memory: this.take((out) => this.api.memoryCreate(out, layout.memory, this.engine, at)),
    });
    const args = layouts.map((argument) => memoryOf(argument, 0n));
    const unread = (descriptor.unread ?? []).map((argument) => memoryOf(argument, allocatedByLibrary));
    const execute = this.#guarded(this.implementation(descriptor));
    const { api } = this;
    return new Primitive({
      ...{ api, stream: this.#stream, operation: this.#operation },
      ...{ handle, execute, args, unread },
    });
  }

  /** The name of the implementation that oneDNN chose, such as 'brgconv:avx512_core' or 'gemm:jit'. */
  implementation({ handle }: Descriptor): string {
    const name: [string | null] = [null];
    this.check(this.api.primitiveDescriptorQueryText(handle, queryImplementation, 0, name));
    return name[0] ?? '';
  }

  /** `primitiveExecute`, without signals where an implementation does not survive them. */
  #guarded(implementation: string): OneDnnApi['primitiveExecute'] {
    const { primitiveExecute } = this.api;
    const guard = this.#guard;
    if (!guard) return primitiveExecute;
    if (!isJitProduct(implementation)) {
      return (...args) => {
        guard.begin();
        return primitiveExecute(...args);
      };
    }
    return (...args) => {
      guard.begin();
      return guard.shield(() => primitiveExecute(...args));
    };
  }

  /** Creates a descriptor of an operation; it and its attributes are freed at the end of the build. */
  protected describe(
    { postOps = [], userScratchpad = false }: Attributes,
    create: (out: Out, attributes: Address | null) => Status,
  ): Descriptor {
    const needed = postOps.length > 0 || userScratchpad;
    const attributes = needed ? this.take((out) => this.api.attributesCreate(out)) : null;
    if (attributes !== null) this.atEnd(() => this.api.attributesDestroy(attributes));
    if (attributes !== null && userScratchpad) {
      this.check(this.api.attributesSetScratchpadMode(attributes, scratchpadOfUser));
    }
    const operands = attributes !== null && postOps.length > 0 ? this.#setPostOps(attributes, postOps) : [];
    const handle = this.take((out) => create(out, attributes));
    this.atEnd(() => this.api.primitiveDescriptorDestroy(handle));
    return { handle, operands };
  }

  protected atEnd(free: () => void): void {
    this.#atEnd.push(free);
  }

  protected take(create: (out: Out) => Status): Address {
    const out: Out = [null];
    this.check(create(out));
    return out[0] ?? 0n;
  }

  protected check(status: Status): void {
    checkStatus(this.#operation, status);
  }

  #setPostOps(attributes: Address, postOps: readonly PostOp[]): number[] {
    const list = this.take((out) => this.api.postOpsCreate(out));
    try {
      let entries = 0;
      const operands = postOps.map((op) => {
        if (!('operand' in op)) {
          entries += this.appendFunction(list, op);
          return 0;
        }
        this.check(this.api.postOpsAppendBinary(list, binaryAlgorithm[op.kind], op.operand.memory));
        return this.operandArgument(entries++);
      });
      this.check(this.api.attributesSetPostOps(attributes, list));
      return operands;
    } finally {
      this.api.postOpsDestroy(list);
    }
  }
}

/** Whether an implementation computes with the products of `SignalGuard`: 'gemm:jit', but not 'brgemm:avx512_core'. */
function isJitProduct(implementation: string): boolean {
  return implementation.includes('gemm') && !implementation.includes('brgemm');
}

function argumentNumber({ operands }: Descriptor, name: ArgumentName): number {
  const numbered = /^(operand|summand)(\d+)$/.exec(name);
  if (!numbered) return argument[name as keyof typeof argument];
  const index = Number(numbered[2]);
  return numbered[1] === 'summand' ? firstSummand + index : (operands[index] ?? 0);
}

/** The strides of an array without gaps, in elements: [W * C, C, 1] for [H, W, C]. */
export function denseStrides(dims: readonly number[]): number[] {
  const strides = dims.map(() => 1);
  for (let i = dims.length - 2; i >= 0; i--) strides[i] = (strides[i + 1] ?? 1) * (dims[i + 1] ?? 1);
  return strides;
}
