import type { OneDnnBackend } from '../backend.js';
import type { NativeEngine } from '../native/native-engine.js';
import { nhwc } from './layouts.js';
import { type WorkspacePlan, workspacePlan } from './workspace-plan.js';

/**
 * tfjs's attributes of LRN and LRNGrad:
 * y = x / (bias + alpha * sum of x^2 over the channels within depthRadius)^beta.
 */
export interface ResponseNormalization {
  depthRadius: number;
  bias: number;
  alpha: number;
  beta: number;
}

/**
 * The plan of an LRN over NHWC: `forward.run(x, y)`; with `training` also its gradient, `backward.run(x, dy, dx)`,
 * and the workspace that passes between the two.
 */
export function responseNormalizationPlan(
  backend: OneDnnBackend,
  shape: readonly number[],
  norm: ResponseNormalization,
  training: boolean,
): WorkspacePlan {
  const { depthRadius, bias, alpha, beta } = norm;
  const key = `LRN [${shape}] radius ${depthRadius} ${bias} ${alpha} ${beta} training ${training}`;
  return backend.plan(key, (native) => makePlan(native, key, shape, norm, training));
}

function makePlan(
  native: NativeEngine,
  key: string,
  shape: readonly number[],
  { depthRadius, bias, alpha, beta }: ResponseNormalization,
  training: boolean,
): WorkspacePlan {
  const [batch = 0, height = 0, width = 0, channels = 0] = shape;
  const x = nhwc(native, batch, height, width, channels);
  const size = 2 * depthRadius + 1;
  const perWindow = alpha * size; // oneDNN divides alpha by the window's size, tfjs does not
  const normalization = { x, size, alpha: perWindow, beta, bias, training };
  return workspacePlan(
    native,
    key,
    {
      descriptor: native.responseNormalizationForward(normalization),
      args: [
        ['source', x],
        ['destination', x],
      ],
    },
    training
      ? {
          descriptor: native.responseNormalizationBackward(normalization),
          args: [
            ['source', x],
            ['diffDestination', x],
            ['diffSource', x],
          ],
        }
      : undefined,
  );
}
