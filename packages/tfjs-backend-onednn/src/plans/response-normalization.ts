import type { OneDnnBackend } from '../backend.js';
import { algorithm, argument, propagation, query } from '../library/constants.js';
import type { ArgumentLayout, NativeEngine } from '../native/native-engine.js';
import type { Primitive } from '../native/primitive.js';
import type { Plan } from '../primitive-cache.js';
import { nhwc } from './layouts.js';

/** tfjs's attributes of LRN and LRNGrad. */
export interface ResponseNormalization {
  depthRadius: number;
  bias: number;
  alpha: number;
  beta: number;
}

/** y = x / (bias + alpha * sum of x^2 over the channels within depthRadius)^beta, and its gradient. */
export interface ResponseNormalizationPlan extends Plan {
  key: string;
  /** `run(x, y)`, or `run(x, y, workspace)`. */
  forward: Primitive;
  /** `run(x, dy, dx)`, or `run(x, dy, dx, workspace)`; absent without training. */
  backward: Primitive | undefined;
  workspaceBytes: number;
}

/** The plan of an LRN over NHWC. */
export function responseNormalizationPlan(
  backend: OneDnnBackend,
  shape: readonly number[],
  norm: ResponseNormalization,
  training: boolean,
): ResponseNormalizationPlan {
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
): ResponseNormalizationPlan {
  const [batch = 0, height = 0, width = 0, channels = 0] = shape;
  const data = nhwc(native, batch, height, width, channels);
  const size = 2 * depthRadius + 1;
  const perWindow = alpha * size; // oneDNN divides alpha by the window's size, tfjs does not
  const kind = algorithm.lrnAcrossChannels;
  const propagationKind = training ? propagation.training : propagation.inference;
  const described = native.describe((operation) =>
    native.api.lrnForward(operation, propagationKind, kind, data, size, perWindow, beta, bias),
  );
  const workspace = training ? native.chosenLayout(described, query.workspace) : undefined;
  const extra: ArgumentLayout[] = workspace ? [[argument.workspace, workspace]] : [];
  const forward = native.primitive(described, [
    [argument.source, data],
    [argument.destination, data],
    ...extra,
  ]);
  const backward = training
    ? native.primitive(
        native.describe(
          (operation) => native.api.lrnBackward(operation, kind, data, data, size, perWindow, beta, bias),
          { forward: described },
        ),
        [[argument.source, data], [argument.diffDestination, data], [argument.diffSource, data], ...extra],
      )
    : undefined;
  return {
    key,
    forward,
    backward,
    workspaceBytes: workspace ? native.bytes(workspace) : 0,
    destroy() {
      forward.destroy();
      backward?.destroy();
    },
  };
}
