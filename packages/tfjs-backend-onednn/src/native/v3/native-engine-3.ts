import type { Address, OneDnnApi, Out, Status } from '../../library/c-api.js';
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
  BatchNormalization,
  Binary,
  Convolution,
  Descriptor,
  Elementwise,
  ElementwiseBackward,
  ElementwiseFunction,
  FunctionKind,
  Layout,
  MatrixProduct,
  Pooling,
  Prelu,
  Reduction,
  ScaledResponseNormalization,
  Softmax,
  WeightedSum,
} from '../operations.js';
import type { SignalGuard } from '../signal-guard.js';
import { convolutionMemory, int64, normalizationFlags, windowDims } from '../window-arguments.js';
import type { OneDnn3Api } from './c-api.js';
import {
  channelBlocksTag,
  firstOperand,
  functionAlgorithm,
  instructionSets,
  normalizationFlag,
  postOpArguments,
} from './constants.js';

const { training, inference, backward, backwardData } = propagation;
const forward = (isTraining: boolean | undefined): number => (isTraining ? training : inference);

/** The parameters of functions that have none in oneDNN 2.6. */
const fixedParameters: Partial<Record<FunctionKind, { alpha: number; beta: number }>> = {
  softplus: { alpha: 1, beta: 0 },
  hardswish: { alpha: 1 / 6, beta: 1 / 2 },
};

/**
 * oneDNN 3, where memory descriptors belong to the library and every operation has its own creation function.
 */
export class NativeEngine3 extends NativeEngine {
  protected override readonly channelBlocksTag: number = channelBlocksTag;
  protected override readonly instructionSets: Record<number, string> = instructionSets;
  override readonly prefersChannelBlocks = false;
  readonly #api: OneDnn3Api;

  constructor(common: OneDnnApi, api: OneDnn3Api, guard: SignalGuard | undefined) {
    super(common, guard);
    this.#api = api;
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
    const dims = windowDims(c);
    return this.describe(c, (pd, attr) =>
      this.#api.convolutionForward(
        pd,
        this.engine,
        training,
        convolutionDirect,
        x,
        filter,
        bias,
        y,
        ...dims,
        attr,
      ),
    );
  }

  override convolutionBackwardInput(c: Convolution): Descriptor {
    const { x, filter, y } = convolutionMemory(c);
    const dims = windowDims(c);
    const hint = this.convolutionForward({ ...c, bias: undefined }).handle;
    return this.describe(c, (pd, attr) =>
      this.#api.convolutionBackwardData(
        pd,
        this.engine,
        convolutionDirect,
        x,
        filter,
        y,
        ...dims,
        hint,
        attr,
      ),
    );
  }

  override convolutionBackwardFilter(c: Convolution): Descriptor {
    const { x, filter, bias, y } = convolutionMemory(c);
    const dims = windowDims(c);
    const hint = this.convolutionForward({ ...c, bias: undefined }).handle;
    return this.describe(c, (pd, attr) =>
      this.#api.convolutionBackwardWeights(
        pd,
        this.engine,
        convolutionDirect,
        x,
        filter,
        bias,
        y,
        ...dims,
        hint,
        attr,
      ),
    );
  }

  override poolingForward(p: Pooling): Descriptor {
    const [kind, x, y] = [poolingAlgorithm[p.kind], p.x.memory, p.y.memory];
    const dims = poolingDims(p);
    return this.describe(p, (pd, attr) =>
      this.#api.poolingForward(pd, this.engine, forward(p.training), kind, x, y, ...dims, attr),
    );
  }

  override poolingBackward(p: Pooling): Descriptor {
    const [kind, x, y] = [poolingAlgorithm[p.kind], p.x.memory, p.y.memory];
    const dims = poolingDims(p);
    const hint = this.poolingForward({ ...p, training: true }).handle;
    return this.describe(p, (pd, attr) =>
      this.#api.poolingBackward(pd, this.engine, kind, x, y, ...dims, hint, attr),
    );
  }

  override responseNormalizationForward(n: ScaledResponseNormalization): Descriptor {
    const x = n.x.memory;
    const kind = forward(n.training);
    return this.describe(n, (pd, attr) =>
      this.#api.lrnForward(
        pd,
        this.engine,
        kind,
        lrnAcrossChannels,
        x,
        x,
        n.size,
        n.alpha,
        n.beta,
        n.bias,
        attr,
      ),
    );
  }

  override responseNormalizationBackward(n: ScaledResponseNormalization): Descriptor {
    const x = n.x.memory;
    const hint = this.responseNormalizationForward({ ...n, training: true }).handle;
    return this.describe(n, (pd, attr) =>
      this.#api.lrnBackward(
        pd,
        this.engine,
        lrnAcrossChannels,
        x,
        x,
        x,
        n.size,
        n.alpha,
        n.beta,
        n.bias,
        hint,
        attr,
      ),
    );
  }

  override elementwiseForward(e: Elementwise): Descriptor {
    const x = e.x.memory;
    const { kind, alpha, beta } = parameters(e.f);
    return this.describe({}, (pd, attr) =>
      this.#api.eltwiseForward(pd, this.engine, forward(e.training), kind, x, x, alpha, beta, attr),
    );
  }

  override elementwiseBackward(e: ElementwiseBackward): Descriptor {
    const x = e.x.memory;
    const { alpha, beta, kind: fromInput } = parameters(e.f);
    const kind = e.from === 'output' ? fromOutputAlgorithm[e.f.kind] : fromInput;
    const hint = this.describe({}, (pd, attr) =>
      this.#api.eltwiseForward(pd, this.engine, training, kind, x, x, alpha, beta, attr),
    ).handle;
    return this.describe({}, (pd, attr) =>
      this.#api.eltwiseBackward(pd, this.engine, kind, x, x, x, alpha, beta, hint, attr),
    );
  }

  override matrixProduct(p: MatrixProduct): Descriptor {
    const bias = p.bias?.memory ?? null;
    return this.describe(p, (pd, attr) =>
      this.#api.matmul(pd, this.engine, p.a.memory, p.b.memory, bias, p.c.memory, attr),
    );
  }

  override binary(b: Binary): Descriptor {
    const kind = binaryAlgorithm[b.kind];
    return this.describe(b, (pd, attr) =>
      this.#api.binary(pd, this.engine, kind, b.a.memory, b.b.memory, b.y.memory, attr),
    );
  }

  override reduction(r: Reduction): Descriptor {
    const kind = reductionAlgorithm[r.kind];
    return this.describe(r, (pd, attr) =>
      this.#api.reduction(pd, this.engine, kind, r.x.memory, r.y.memory, 0, 0, attr),
    );
  }

  override softmaxForward(s: Softmax): Descriptor {
    const [kind, x] = [s.log ? softmaxAlgorithm.log : softmaxAlgorithm.accurate, s.x.memory];
    return this.describe(s, (pd, attr) =>
      this.#api.softmaxForward(pd, this.engine, forward(s.training), kind, x, x, s.axis, attr),
    );
  }

  override softmaxBackward(s: Softmax): Descriptor {
    const [kind, x] = [s.log ? softmaxAlgorithm.log : softmaxAlgorithm.accurate, s.x.memory];
    const hint = this.softmaxForward({ ...s, training: true }).handle;
    return this.describe(s, (pd, attr) =>
      this.#api.softmaxBackward(pd, this.engine, kind, x, x, x, s.axis, hint, attr),
    );
  }

  override batchNormalizationForward(n: BatchNormalization): Descriptor {
    return this.#batchNormalization(n, forward(n.training));
  }

  override batchNormalizationBackward(n: BatchNormalization): Descriptor {
    const x = n.x.memory;
    const flags = normalizationFlags(n, normalizationFlag);
    const kind = n.scale || n.shift ? backward : backwardData;
    const hint = this.#batchNormalization(n, training).handle;
    return this.describe(n, (pd, attr) =>
      this.#api.batchNormalizationBackward(pd, this.engine, kind, x, x, x, n.epsilon, flags, hint, attr),
    );
  }

  override preluForward({ x: { memory: x }, weights, training: isTraining }: Prelu): Descriptor {
    return this.describe({}, (pd, attr) =>
      this.#api.preluForward(pd, this.engine, forward(isTraining), x, weights.memory, x, attr),
    );
  }

  override preluBackward(p: Prelu): Descriptor {
    const [x, weights] = [p.x.memory, p.weights.memory];
    const hint = this.preluForward({ ...p, training: true }).handle;
    return this.describe({}, (pd, attr) =>
      this.#api.preluBackward(pd, this.engine, x, weights, x, weights, x, hint, attr),
    );
  }

  override weightedSum({ scales, x: { memory: x } }: WeightedSum): Descriptor {
    if (typeof x !== 'bigint') throw new TypeError('x must be a layout of this engine (weightedSum).');
    const sources = BigUint64Array.from(scales, () => x);
    const factors = Float32Array.from(scales);
    return this.describe({}, (pd, attr) =>
      this.#api.sumDescriptorCreate(pd, this.engine, x, scales.length, factors, sources, attr),
    );
  }

  protected override appendFunction(list: Address, op: ElementwiseFunction & { scale?: number }): number {
    const { kind, alpha, beta } = parameters(op);
    this.check(this.#api.postOpsAppendEltwise(list, kind, alpha, beta));
    if (op.scale === undefined || op.scale === 1) return 1;
    this.check(this.#api.postOpsAppendEltwise(list, functionAlgorithm.linear, op.scale, 0));
    return 2;
  }

  protected override operandArgument(index: number): number {
    return firstOperand + index * postOpArguments;
  }

  #layout(create: (md: Out) => Status): Layout {
    const memory = this.take(create);
    this.atEnd(() => this.#api.memoryDescriptorDestroy(memory));
    return { memory };
  }

  #batchNormalization(n: BatchNormalization, kind: number): Descriptor {
    const [x, flags] = [n.x.memory, normalizationFlags(n, normalizationFlag)];
    return this.describe(n, (pd, attr) =>
      this.#api.batchNormalizationForward(pd, this.engine, kind, x, x, n.epsilon, flags, attr),
    );
  }
}

function poolingDims(
  p: Pooling,
): [BigInt64Array, BigInt64Array, BigInt64Array, BigInt64Array, BigInt64Array] {
  const [strides, dilates, padBefore, padAfter] = windowDims(p);
  return [strides, int64(p.kernel), dilates, padBefore, padAfter];
}

function parameters(f: ElementwiseFunction): { kind: number; alpha: number; beta: number } {
  const { alpha = 0, beta = 0 } = fixedParameters[f.kind] ?? f;
  return { kind: functionAlgorithm[f.kind], alpha, beta };
}
