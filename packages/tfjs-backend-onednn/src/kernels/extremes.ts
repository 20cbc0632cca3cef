import { Max, Min, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';
import { floatValues } from '../loops/float-values.js';
import { maxRun, minRun, type RunLoop, reductionRuns } from '../loops/reduce-runs.js';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel, smallestMoved } from './native-kernel.js';
import { reducedShape } from './reduction.js';

/** Max and Min over any axes; tfjs's cpu kernels transpose first unless the axes are the last ones. */
export const extremeKernels: NativeKernel[] = [
  nativeKernel<Inputs<'x'>, { reductionIndices: number | number[]; keepDims: boolean }>(
    Max,
    ({ x }, { reductionIndices, keepDims }, backend) =>
      extreme(backend, maxRun, x, reductionIndices, keepDims),
  ),
  nativeKernel<Inputs<'x'>, { axis: number | number[]; keepDims: boolean }>(
    Min,
    ({ x }, { axis, keepDims }, backend) => extreme(backend, minRun, x, axis, keepDims),
  ),
];

function extreme(
  backend: OneDnnBackend,
  loop: RunLoop<Float32Array>,
  x: TensorInfo,
  axis: number | number[],
  keepDims: boolean,
): TensorInfo | undefined {
  if (!allFloat32(x) || util.sizeFromShape(x.shape) < smallestMoved) return undefined;
  const axes = util.parseAxisParam(axis, x.shape);
  const runs = reductionRuns(x.shape, axes);
  const last = runs.pop();
  if (!last) return undefined;
  return backend.compute(reducedShape(x.shape, axes, keepDims), (_, y) => {
    let values = floatValues(backend, x);
    for (const run of runs) {
      const between = new Float32Array(run.outer * run.inner);
      loop(values, between, run);
      values = between;
    }
    loop(values, y, last);
  });
}
