import { geometryKey, type WindowGeometry } from '@alexnet/native-backend';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';
import type { Address } from '../library/c-api.js';
import type { NativeEngine } from '../native/native-engine.js';
import type { ArgumentLayout, Convolution, ElementwiseFunction, Layout } from '../native/operations.js';
import type { Primitive } from '../native/primitive.js';
import type { Plan } from '../primitive-cache.js';
import { depthwiseFilter, hwio, nhwc } from '../shapes/layouts.js';
import { window } from '../shapes/window.js';
import type { Block } from '../values/memory-pool.js';
import { functionsKey } from './activation.js';
import { reorder } from './reorder.js';

/**
 * A convolution whose filter has the layout that oneDNN prefers. The reorder from or to tfjs's HWIO takes .01
 * to .4 ms, while a convolution on plain HWIO falls back to gemm at half the speed.
 */
interface ConvolutionPlan extends Plan {
  primitive: Primitive;
  /** Reorders between HWIO and the chosen layout; absent if they are the same. */
  filterReorder: Primitive | undefined;
  filterBytes: number;
}

/**
 * The layouts that a convolution reads and writes: NHWC, or planes to channel blocks for the first one of a
 * network.
 */
export type ImageLayouts = 'NHWC' | 'planes to blocks';

/** A filter, and whether its copy in oneDNN's layout is kept until its values change. */
export interface FilterOf {
  readonly block: Block;
  readonly isKept: boolean;
}

/**
 * The filter of a convolution. In inference its copy is kept: for one image, the reorders would take a seventh of the
 * time of the convolutions. It is not kept in training, which changes the filters in every step, nor under a memory
 * limit.
 */
export function filterOf(backend: OneDnnBackend, filter: TensorInfo): FilterOf {
  return {
    block: backend.block(filter),
    isKept: !backend.taped && backend.pool.limit === Number.POSITIVE_INFINITY,
  };
}

/** y = activation(x * filter + bias). */
export function convolve(
  backend: OneDnnBackend,
  g: WindowGeometry,
  at: { x: Address; filter: FilterOf; bias: Address | undefined; y: Address },
  postOps: readonly ElementwiseFunction[],
  layouts: ImageLayouts = 'NHWC',
): void {
  const withBias = at.bias !== undefined;
  const key = `convolution ${layouts} ${geometryKey(g)} bias ${withBias} ${functionsKey(postOps)}`;
  const plan = backend.plan(key, (native) => forwardPlan(native, g, layouts, withBias, postOps));
  const run = (filter: Address): void =>
    at.bias === undefined
      ? plan.primitive.run(at.x, filter, at.y)
      : plan.primitive.run(at.x, filter, at.y, at.bias);
  withChosenFilter(backend, { key, plan }, at.filter, run);
}

/** dx from dy and the filter. */
export function convolveBackInput(
  backend: OneDnnBackend,
  g: WindowGeometry,
  at: { dy: Address; filter: FilterOf; dx: Address },
): void {
  const key = `convolution input gradient ${geometryKey(g)}`;
  const plan = backend.plan(key, (native) => backInputPlan(native, g));
  withChosenFilter(backend, { key, plan }, at.filter, (filter) => plan.primitive.run(at.dy, filter, at.dx));
}

/** The filter's gradient from x and dy, and the bias's gradient if `dbias` is given. */
export function convolveBackFilter(
  backend: OneDnnBackend,
  g: WindowGeometry,
  at: { x: Address; dy: Address; dfilter: Address; dbias?: Address | undefined },
  layouts: ImageLayouts = 'NHWC',
): void {
  const withBias = at.dbias !== undefined;
  const key = `convolution filter gradient ${layouts} ${geometryKey(g)} bias ${withBias}`;
  const plan = backend.plan(key, (native) => backFilterPlan(native, g, layouts, withBias));
  const { primitive, filterReorder } = plan;
  const run = (dfilter: Address): void =>
    at.dbias === undefined
      ? primitive.run(at.x, at.dy, dfilter)
      : primitive.run(at.x, at.dy, dfilter, at.dbias);
  if (!filterReorder) {
    run(at.dfilter);
    return;
  }
  backend.pool.borrow(plan.filterBytes, (chosen) => {
    run(chosen);
    filterReorder.run(chosen, at.dfilter);
  });
}

function withChosenFilter(
  backend: OneDnnBackend,
  { key, plan: { filterReorder, filterBytes } }: { key: string; plan: ConvolutionPlan },
  { block, isKept }: FilterOf,
  run: (filter: Address) => void,
): void {
  if (!filterReorder) {
    run(block.address);
    return;
  }
  const write = (chosen: Address): void => filterReorder.run(block.address, chosen);
  if (isKept) {
    run(backend.pool.copyOf(block, key, filterBytes, write));
    return;
  }
  backend.pool.borrow(filterBytes, (chosen) => {
    write(chosen);
    run(chosen);
  });
}

function convolution(native: NativeEngine, g: WindowGeometry, layouts: ImageLayouts = 'NHWC'): Convolution {
  const isPlain = layouts === 'NHWC';
  return {
    x: isPlain
      ? nhwc(native, g.batch, g.inHeight, g.inWidth, g.inChannels)
      : native.dense([g.batch, g.inChannels, g.inHeight, g.inWidth]),
    filter: native.any(
      g.groups === 1
        ? [g.outChannels, g.inChannels, ...g.kernel]
        : [g.groups, g.outChannels / g.groups, 1, ...g.kernel],
    ),
    y: isPlain
      ? nhwc(native, g.batch, g.outHeight, g.outWidth, g.outChannels)
      : native.channelBlocks([g.batch, g.outChannels, g.outHeight, g.outWidth]),
    ...window(g),
  };
}

function plainFilter(native: NativeEngine, g: WindowGeometry): Layout {
  return g.groups === 1
    ? hwio(native, ...g.kernel, g.inChannels, g.outChannels)
    : depthwiseFilter(native, ...g.kernel, g.groups, g.outChannels / g.groups);
}

function forwardPlan(
  native: NativeEngine,
  g: WindowGeometry,
  layouts: ImageLayouts,
  withBias: boolean,
  postOps: readonly ElementwiseFunction[],
): ConvolutionPlan {
  const operation = convolution(native, g, layouts);
  const plain = plainFilter(native, g);
  const bias = withBias ? native.dense([g.outChannels]) : undefined;
  const descriptor = native.convolutionForward({ ...operation, bias, postOps });
  const chosen = native.chosenLayout(descriptor, 'weights') ?? plain;
  const args: ArgumentLayout[] = [
    ['source', operation.x],
    ['weights', chosen],
    ['destination', operation.y],
  ];
  if (bias) args.push(['bias', bias]);
  return convolutionPlan(native, native.primitive(descriptor, args), plain, chosen, 'in');
}

function backInputPlan(native: NativeEngine, g: WindowGeometry): ConvolutionPlan {
  const operation = convolution(native, g);
  const plain = plainFilter(native, g);
  const descriptor = native.convolutionBackwardInput(operation);
  const chosen = native.chosenLayout(descriptor, 'weights') ?? plain;
  const primitive = native.primitive(descriptor, [
    ['diffDestination', operation.y],
    ['weights', chosen],
    ['diffSource', operation.x],
  ]);
  return convolutionPlan(native, primitive, plain, chosen, 'in');
}

function backFilterPlan(
  native: NativeEngine,
  g: WindowGeometry,
  layouts: ImageLayouts,
  withBias: boolean,
): ConvolutionPlan {
  const operation = convolution(native, g, layouts);
  const plain = plainFilter(native, g);
  const bias = withBias ? native.dense([g.outChannels]) : undefined;
  const descriptor = native.convolutionBackwardFilter({ ...operation, bias });
  const chosen = native.chosenLayout(descriptor, 'diffWeights') ?? plain;
  const args: ArgumentLayout[] = [
    ['source', operation.x],
    ['diffDestination', operation.y],
    ['diffWeights', chosen],
  ];
  if (bias) args.push(['diffBias', bias]);
  return convolutionPlan(native, native.primitive(descriptor, args), plain, chosen, 'out');
}

function convolutionPlan(
  native: NativeEngine,
  primitive: Primitive,
  plain: Layout,
  chosen: Layout,
  direction: 'in' | 'out',
): ConvolutionPlan {
  const [from, to] = direction === 'in' ? [plain, chosen] : [chosen, plain];
  const filterReorder = native.same(plain, chosen) ? undefined : reorder(native, from, to);
  return {
    primitive,
    filterReorder,
    filterBytes: native.bytes(chosen),
    destroy() {
      primitive.destroy();
      filterReorder?.destroy();
    },
  };
}
