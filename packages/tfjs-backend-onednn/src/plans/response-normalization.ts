import type { OneDnnBackend } from '../backend.js';
import type { Address } from '../library/c-api.js';
import type { NativeEngine } from '../native/native-engine.js';
import type { Layout } from '../native/operations.js';
import type { Primitive } from '../native/primitive.js';
import type { Plan } from '../primitive-cache.js';
import { nhwc } from './layouts.js';
import { reorder } from './reorder.js';
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

/** The primitives of an LRN, and those between NHWC and the layout it runs in, where that is another. */
interface NormalizationPlan extends Plan {
  inner: WorkspacePlan;
  workspaceBytes: number;
  /** Absent where it runs on NHWC itself. */
  blocked: { bytes: number; enter: Primitive; leave: Primitive } | undefined;
}

/** An LRN of a shape, ready to run. */
export interface Normalizer {
  workspaceBytes: number;
  /** With `training`, `workspace` is written. */
  forward(x: Address, y: Address, workspace?: Address): void;
  /** Only with `training`. */
  backward(x: Address, dy: Address, dx: Address, workspace: Address): void;
}

/** The LRN of NHWC arrays of that shape; with `training` also its gradient and the workspace between the two. */
export function normalizer(
  backend: OneDnnBackend,
  shape: readonly number[],
  norm: ResponseNormalization,
  training: boolean,
): Normalizer {
  const plan = backend.plan(normalizationKey(shape, norm, training), (native) =>
    makePlan(native, shape, norm, training),
  );
  const { inner, blocked, workspaceBytes } = plan;
  return {
    workspaceBytes,
    forward: (x, y, workspace) =>
      inLayout(backend, blocked, [x], y, ([from], to) =>
        workspaceBytes > 0 && workspace !== undefined
          ? inner.forward.run(from as Address, to, workspace)
          : inner.forward.run(from as Address, to),
      ),
    backward: (x, dy, dx, workspace) =>
      inLayout(backend, blocked, [x, dy], dx, ([x_, dy_], to) =>
        workspaceBytes > 0
          ? inner.backward?.run(x_ as Address, dy_ as Address, to, workspace)
          : inner.backward?.run(x_ as Address, dy_ as Address, to),
      ),
  };
}

/** Names an LRN, its shape included. */
export function normalizationKey(
  shape: readonly number[],
  { depthRadius, bias, alpha, beta }: ResponseNormalization,
  training: boolean,
): string {
  return `LRN [${shape}] radius ${depthRadius} ${bias} ${alpha} ${beta} training ${training}`;
}

/** Copies the inputs to the layout wanted, runs, and copies the result back. */
function inLayout(
  { pool }: OneDnnBackend,
  blocked: NormalizationPlan['blocked'],
  inputs: Address[],
  output: Address,
  run: (inputs: Address[], output: Address) => void,
): void {
  if (!blocked) {
    run(inputs, output);
    return;
  }
  const { bytes, enter, leave } = blocked;
  const blocks = [...inputs, output].map(() => pool.allocate(bytes));
  try {
    const [result, ...entered] = blocks.map(({ address }) => address).reverse();
    inputs.forEach((input, i) => {
      enter.run(input, entered[i] as Address);
    });
    run(entered, result as Address);
    leave.run(result as Address, output);
  } finally {
    for (const block of blocks) pool.release(block);
  }
}

function makePlan(
  native: NativeEngine,
  shape: readonly number[],
  norm: ResponseNormalization,
  training: boolean,
): NormalizationPlan {
  const [batch = 0, height = 0, width = 0, channels = 0] = shape;
  const plain = nhwc(native, batch, height, width, channels);
  const inBlocks = native.normalizesBestInBlocks && channels % 16 === 0 && channels <= 64;
  const layout = inBlocks ? native.channelBlocks([batch, channels, height, width]) : plain;
  const inner = innerPlan(native, layout, norm, training);
  const blocked = inBlocks
    ? {
        bytes: native.bytes(layout),
        enter: reorder(native, plain, layout),
        leave: reorder(native, layout, plain),
      }
    : undefined;
  return {
    inner,
    blocked,
    workspaceBytes: inner.workspaceBytes,
    destroy() {
      inner.destroy();
      blocked?.enter.destroy();
      blocked?.leave.destroy();
    },
  };
}

function innerPlan(
  native: NativeEngine,
  x: Layout,
  { depthRadius, bias, alpha, beta }: ResponseNormalization,
  training: boolean,
): WorkspacePlan {
  const size = 2 * depthRadius + 1;
  const perWindow = alpha * size; // oneDNN divides alpha by the window's size, tfjs does not
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
