import type { Address, OneDnnApi, Struct } from '../../library/c-api.js';
import {
  binaryAlgorithm,
  convolutionDirect,
  dataTypeFloat32,
  fromOutputAlgorithm,
  lrnAcrossChannels,
  poolingAlgorithm,
  propagation,
  reductionAlgorithm,
  softmaxAlgorithm,
} from '../../library/constants.js';
import { NativeEngine } from '../native-engine.js';
import type {
  Attributes,
  BatchNormalization,
  Binary,
  Convolution,
  Descriptor,
  Elementwise,
  ElementwiseBackward,
  ElementwiseFunction,
  Layout,
  MatrixProduct,
  Pooling,
  Prelu,
  Reduction,
  ScaledResponseNormalization,
  Softmax,
  WeightedSum,
  Window,
} from '../operations.js';
import type { SignalGuard } from '../signal-guard.js';
import { convolutionMemory, int64, normalizationFlags, windowDims } from '../window-arguments.js';
import type { OneDnn2Api } from './c-api.js';
import {
  channelBlocksTag,
  firstOperand,
  functionAlgorithm,
  instructionSets,
  memoryDescriptorBytes,
  normalizationFlag,
  operationDescriptorBytes,
  postOpArguments,
} from './constants.js';

const { training, inference, backward, backwardData } = propagation;
const forward = (isTraining: boolean | undefined): number => (isTraining ? training : inference);

/**
 * oneDNN 2.6, where the caller fills a C struct for each operation and then creates a primitive descriptor
 * from it.
 */
export class NativeEngine2 extends NativeEngine {
  protected override readonly channelBlocksTag: number = channelBlocksTag;
  protected override readonly instructionSets: Record<number, string> = instructionSets;
  readonly #api: OneDnn2Api;

  constructor(common: OneDnnApi, api: OneDnn2Api, guard: SignalGuard | undefined) {
    super(common, guard);
    this.#api = api;
  }

  /** The AVX-512 code for NHWC stalls, because it reads what it has just stored at another offset. */
  override get prefersChannelBlocks(): boolean {
    return this.instructionSet.startsWith('avx512');
  }

  protected override layoutByStrides(dims: readonly number[], strides: readonly number[]): Layout {
    return this.#layout((md) =>
      this.#api.memoryDescriptorByStrides(md, dims.length, int64(dims), dataTypeFloat32, int64(strides)),
    );
  }

  protected override layoutByTag(dims: readonly number[], tag: number): Layout {
    return this.#layout((md) =>
      this.#api.memoryDescriptorByTag(md, dims.length, int64(dims), dataTypeFloat32, tag),
    );
  }

  override convolutionForward(c: Convolution): Descriptor {
    const { x, filter, bias, y } = convolutionMemory(c);
    return this.#operation(c, (op) =>
      this.#api.convolutionForward(op, training, convolutionDirect, x, filter, bias, y, ...windowDims(c)),
    );
  }

  override convolutionBackwardInput(c: Convolution): Descriptor {
    const { x, filter, y } = convolutionMemory(c);
    const hint = this.convolutionForward({ ...c, bias: undefined });
    return this.#operation(
      c,
      (op) => this.#api.convolutionBackwardData(op, convolutionDirect, x, filter, y, ...windowDims(c)),
      hint,
    );
  }

  override convolutionBackwardFilter(c: Convolution): Descriptor {
    const { x, filter, bias, y } = convolutionMemory(c);
    const hint = this.convolutionForward({ ...c, bias: undefined });
    return this.#operation(
      c,
      (op) =>
        this.#api.convolutionBackwardWeights(op, convolutionDirect, x, filter, bias, y, ...windowDims(c)),
      hint,
    );
  }

  override poolingForward(p: Pooling): Descriptor {
    const [kind, x, y] = [poolingAlgorithm[p.kind], p.x.memory, p.y.memory];
    const [strides, dilates, before, after] = windowDims(p);
    const kernel = int64(p.kernel);
    return this.#operation(p, (op) =>
      isDilated(p)
        ? this.#api.dilatedPoolingForward(
            op,
            forward(p.training),
            kind,
            x,
            y,
            strides,
            kernel,
            dilates,
            before,
            after,
          )
        : this.#api.poolingForward(op, forward(p.training), kind, x, y, strides, kernel, before, after),
    );
  }

  override poolingBackward(p: Pooling): Descriptor {
    const [kind, x, y] = [poolingAlgorithm[p.kind], p.x.memory, p.y.memory];
    const [strides, dilates, before, after] = windowDims(p);
    const kernel = int64(p.kernel);
    const hint = this.poolingForward({ ...p, training: true });
    return this.#operation(
      p,
      (op) =>
        isDilated(p)
          ? this.#api.dilatedPoolingBackward(op, kind, x, y, strides, kernel, dilates, before, after)
          : this.#api.poolingBackward(op, kind, x, y, strides, kernel, before, after),
      hint,
    );
  }

  override responseNormalizationForward(n: ScaledResponseNormalization): Descriptor {
    const { x, size, alpha, beta, bias } = n;
    return this.#operation(n, (op) =>
      this.#api.lrnForward(op, forward(n.training), lrnAcrossChannels, x.memory, size, alpha, beta, bias),
    );
  }

  override responseNormalizationBackward(n: ScaledResponseNormalization): Descriptor {
    const { x, size, alpha, beta, bias } = n;
    const hint = this.responseNormalizationForward({ ...n, training: true });
    return this.#operation(
      n,
      (op) => this.#api.lrnBackward(op, lrnAcrossChannels, x.memory, x.memory, size, alpha, beta, bias),
      hint,
    );
  }

  override elementwiseForward(e: Elementwise): Descriptor {
    const { kind, alpha = 0, beta = 0 } = e.f;
    return this.#operation({}, (op) =>
      this.#api.eltwiseForward(op, forward(e.training), functionAlgorithm[kind], e.x.memory, alpha, beta),
    );
  }

  override elementwiseBackward(e: ElementwiseBackward): Descriptor {
    const { alpha = 0, beta = 0 } = e.f;
    const kind = e.from === 'output' ? fromOutputAlgorithm[e.f.kind] : functionAlgorithm[e.f.kind];
    const x = e.x.memory;
    const hint = this.#operation({}, (op) => this.#api.eltwiseForward(op, training, kind, x, alpha, beta));
    return this.#operation({}, (op) => this.#api.eltwiseBackward(op, kind, x, x, alpha, beta), hint);
  }

  override matrixProduct(p: MatrixProduct): Descriptor {
    return this.#operation(p, (op) =>
      this.#api.matmul(op, p.a.memory, p.b.memory, p.bias?.memory ?? null, p.c.memory),
    );
  }

  override binary(b: Binary): Descriptor {
    return this.#operation(b, (op) =>
      this.#api.binary(op, binaryAlgorithm[b.kind], b.a.memory, b.b.memory, b.y.memory),
    );
  }

  override reduction(r: Reduction): Descriptor {
    return this.#operation(r, (op) =>
      this.#api.reduction(op, reductionAlgorithm[r.kind], r.x.memory, r.y.memory, 0, 0),
    );
  }

  override softmaxForward(s: Softmax): Descriptor {
    const [kind, x] = [s.log ? softmaxAlgorithm.log : softmaxAlgorithm.accurate, s.x.memory];
    return this.#operation(s, (op) => this.#api.softmaxForward(op, forward(s.training), kind, x, x, s.axis));
  }

  override softmaxBackward(s: Softmax): Descriptor {
    const [kind, x] = [s.log ? softmaxAlgorithm.log : softmaxAlgorithm.accurate, s.x.memory];
    const hint = this.softmaxForward({ ...s, training: true });
    return this.#operation(s, (op) => this.#api.softmaxBackward(op, kind, x, x, x, s.axis), hint);
  }

  override batchNormalizationForward(n: BatchNormalization): Descriptor {
    return this.#operation(n, (op) =>
      this.#api.batchNormalizationForward(
        op,
        forward(n.training),
        n.x.memory,
        n.epsilon,
        normalizationFlags(n, normalizationFlag),
      ),
    );
  }

  override batchNormalizationBackward(n: BatchNormalization): Descriptor {
    const hint = this.#operation({}, (op) =>
      this.#api.batchNormalizationForward(
        op,
        training,
        n.x.memory,
        n.epsilon,
        normalizationFlags(n, normalizationFlag),
      ),
    );
    const kind = n.scale || n.shift ? backward : backwardData;
    const described = this.#operation(
      n,
      (op) =>
        this.#api.batchNormalizationBackward(
          op,
          kind,
          n.x.memory,
          n.x.memory,
          n.epsilon,
          normalizationFlags(n, normalizationFlag),
        ),
      hint,
    );
    const row = n.shift ? this.chosenLayout(described, 'weights') : undefined;
    return row ? { ...described, unread: [['shift', row]] } : described;
  }

  override preluForward({ x, weights, training: isTraining }: Prelu): Descriptor {
    return this.#operation({}, (op) =>
      this.#api.preluForward(op, forward(isTraining), x.memory, weights.memory),
    );
  }

  override preluBackward({ x, weights }: Prelu): Descriptor {
    const hint = this.preluForward({ x, weights, training: true });
    return this.#operation(
      {},
      (op) => this.#api.preluBackward(op, x.memory, weights.memory, x.memory, weights.memory),
      hint,
    );
  }

  override weightedSum({ scales, x }: WeightedSum): Descriptor {
    const { memory } = x;
    if (!(memory instanceof Uint8Array)) throw new TypeError('x must be a strided layout (weightedSum).');
    const sources = new Uint8Array(memory.length * scales.length);
    for (let i = 0; i < scales.length; i++) sources.set(memory, i * memory.length);
    const factors = Float32Array.from(scales);
    return this.describe({}, (out, attributes) =>
      this.#api.sumDescriptorCreate(out, memory, scales.length, factors, sources, attributes, this.engine),
    );
  }

  protected override appendFunction(list: Address, op: ElementwiseFunction & { scale?: number }): number {
    const { kind, alpha = 0, beta = 0, scale = 1 } = op;
    this.check(this.#api.postOpsAppendEltwise(list, scale, functionAlgorithm[kind], alpha, beta));
    return 1;
  }

  protected override operandArgument(index: number): number {
    return firstOperand + index * postOpArguments;
  }

  #layout(initialize: (md: Struct) => number): Layout {
    const memory = new Uint8Array(memoryDescriptorBytes);
    this.check(initialize(memory));
    return { memory };
  }

  #operation(attributes: Attributes, initialize: (op: Struct) => number, hint?: Descriptor): Descriptor {
    const operation = new Uint8Array(operationDescriptorBytes);
    this.check(initialize(operation));
    return this.describe(attributes, (out, attr) =>
      this.#api.primitiveDescriptorCreate(out, operation, attr, this.engine, hint?.handle ?? null),
    );
  }
}

function isDilated({ dilates }: Window): boolean {
  return dilates.some((holes) => holes > 0);
}
