import {
  broadcast_util,
  LogicalAnd,
  LogicalNot,
  LogicalOr,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';
import { type Inputs, type NativeKernel, nativeKernel, smallestExact } from './native-kernel.js';

/** LogicalAnd and LogicalOr of two bool tensors of one shape, and LogicalNot. */
export const logicalKernels: NativeKernel[] = [
  nativeKernel<Inputs<'a' | 'b'>>(LogicalAnd, ({ a, b }, _, backend) => {
    const [p, q] = operands(backend, a, b);
    if (!p || !q) return undefined;
    const y = new Uint8Array(p.length);
    for (let i = 0; i < y.length; i++) y[i] = (q[i] as number) & -+(p[i] !== 0);
    return backend.makeTensorInfo(a.shape, 'bool', y);
  }),
  nativeKernel<Inputs<'a' | 'b'>>(LogicalOr, ({ a, b }, _, backend) => {
    const [p, q] = operands(backend, a, b);
    if (!p || !q) return undefined;
    const y = new Uint8Array(p.length);
    for (let i = 0; i < y.length; i++) y[i] = (p[i] as number) | ((q[i] as number) & -+(p[i] === 0));
    return backend.makeTensorInfo(a.shape, 'bool', y);
  }),
  nativeKernel<Inputs<'x'>>(LogicalNot, ({ x }, _, backend) => {
    const [p] = operands(backend, x, x);
    if (!p) return undefined;
    const y = new Uint8Array(p.length);
    for (let i = 0; i < y.length; i++) y[i] = +(p[i] === 0);
    return backend.makeTensorInfo(x.shape, 'bool', y);
  }),
];

/** The bytes of both tensors, or an empty list if they are left to tfjs's own kernel. */
function operands(backend: OneDnnBackend, a: TensorInfo, b: TensorInfo): Uint8Array[] {
  const outShape = broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
  const alike = [a, b].every(({ shape, dtype }) => dtype === 'bool' && util.arraysEqual(shape, outShape));
  if (!alike || util.sizeFromShape(outShape) < smallestExact) return [];
  const values = [a, b].map(({ dataId }) => backend.data.get(dataId).values);
  return values.every((each) => each instanceof Uint8Array) ? values : [];
}
