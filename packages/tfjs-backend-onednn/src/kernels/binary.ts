import { Add, broadcast_util, Multiply, RealDiv, Sub, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';
import type { BinaryKind } from '../native/operations.js';
import { applyBinary } from '../plans/binary.js';
import { collapseBroadcast } from '../shapes/broadcast.js';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel, smallestShared } from './native-kernel.js';
import { binary as vectorBinary } from './vector-binary.js';

/** The kernels of two operands that oneDNN can compute (for Maximum and Minimum see vector-binary.ts). */
export const binaryKernels: NativeKernel[] = [
  binary(Add, 'add'),
  binary(Sub, 'subtract'),
  binary(Multiply, 'multiply'),
  binary(RealDiv, 'divide'),
];

/** Runs on oneDNN, with all threads, for many values if it supports the broadcast; otherwise as a vector loop. */
function binary(kernelName: 'Add' | 'Sub' | 'Multiply' | 'RealDiv', kind: BinaryKind): NativeKernel {
  return nativeKernel<Inputs<'a' | 'b'>>(kernelName, ({ a, b }, _, backend) => {
    if (!allFloat32(a, b)) return undefined;
    return onOneDnn(backend, kind, a, b) ?? vectorBinary(backend, kernelName, a, b);
  });
}

/**
 * Runs on oneDNN, which broadcasts the second operand only, so the operands are swapped if the first is
 * smaller.
 */
function onOneDnn(
  backend: OneDnnBackend,
  kind: BinaryKind,
  a: TensorInfo,
  b: TensorInfo,
): TensorInfo | undefined {
  const outShape = broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
  const length = util.sizeFromShape(outShape);
  const swapped = util.sizeFromShape(a.shape) < length;
  if (swapped && kind === 'divide') return undefined;
  const [full, other] = swapped ? [b, a] : [a, b];
  const shapes = collapseBroadcast(full.shape, other.shape);
  if (!shapes || util.sizeFromShape(full.shape) < length) return undefined;
  if (kind === 'add') {
    const sum = addToDeferred(backend, full, other);
    if (sum) return { ...sum, shape: outShape };
  }
  if (length < smallestShared) return undefined;
  const operation = { kind, ...shapes, negate: swapped && kind === 'subtract' };
  return backend.compute(outShape, (y) =>
    applyBinary(backend, operation, { a: backend.address(full), b: backend.address(other), y }),
  );
}

/** Adds a bias to a deferred result, which will be computed together with the bias. */
function addToDeferred(backend: OneDnnBackend, x: TensorInfo, bias: TensorInfo): TensorInfo | undefined {
  const deferred = backend.deferred(x);
  const channels = bias.shape.at(-1);
  if (
    !deferred?.work.withBias ||
    channels !== x.shape.at(-1) ||
    channels !== util.sizeFromShape(bias.shape)
  ) {
    return undefined;
  }
  const sum = deferred.work.withBias(bias, deferred.blocks);
  if (sum) deferred.isFused = true;
  return sum;
}
