import type { OneDnnBackend } from '../backend.js';
import type { NativeEngine } from '../native/native-engine.js';
import type { Layout } from '../native/operations.js';
import { nhwc } from '../shapes/layouts.js';
import { type WorkspacePlan, workspacePlan } from './workspace-plan.js';

/**
 * tfjs's attributes of LRN and LRNGrad, with y = x / (bias + alpha * sum of x^2 over the channels within
 * depthRadius)^beta.
 */
export interface LrnAttributes {
  depthRadius: number;
  bias: number;
  alpha: number;
  beta: number;
}

/**
 * True if the LRN of images of that shape runs in channel blocks, to which NHWC images are copied. With more
 * than 64 channels the copies would cost as much as they save.
 */
export function normalizesInBlocks(
  { native }: OneDnnBackend,
  [, , , channels = 0]: readonly number[],
): boolean {
  return native.prefersChannelBlocks && channels % 16 === 0 && channels <= 64;
}

/**
 * The LRN of images of that shape in its layout. With `training` it includes the gradient and their
 * workspace.
 */
export function normalizationPlan(
  backend: OneDnnBackend,
  shape: readonly number[],
  norm: LrnAttributes,
  training: boolean,
): WorkspacePlan {
  const inBlocks = normalizesInBlocks(backend, shape);
  return backend.plan(normalizationKey(shape, norm, training), (native) => {
    const [batch = 0, height = 0, width = 0, channels = 0] = shape;
    const layout = inBlocks
      ? native.channelBlocks([batch, channels, height, width])
      : nhwc(native, batch, height, width, channels);
    return makePlan(native, layout, norm, training);
  });
}

/** A key that names an LRN with its shape. */
export function normalizationKey(
  shape: readonly number[],
  { depthRadius, bias, alpha, beta }: LrnAttributes,
  training: boolean,
): string {
  return `LRN [${shape}] radius ${depthRadius} ${bias} ${alpha} ${beta} training ${training}`;
}

function makePlan(
  native: NativeEngine,
  x: Layout,
  { depthRadius, bias, alpha, beta }: LrnAttributes,
  training: boolean,
): WorkspacePlan {
  const size = 2 * depthRadius + 1;
  const perWindow = alpha * size; // oneDNN divides alpha by the window's size; tfjs does not
  const normalization = { x, size, alpha: perWindow, beta, bias, training };
  return workspacePlan(
    native,
    'LRN',
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
