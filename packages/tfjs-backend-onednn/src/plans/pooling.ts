import type { OneDnnBackend } from '../backend.js';
import { algorithm, argument, propagation, query } from '../library/constants.js';
import type { ArgumentLayout, NativeEngine } from '../native/native-engine.js';
import type { Primitive } from '../native/primitive.js';
import type { Plan } from '../primitive-cache.js';
import { nhwc } from './layouts.js';
import { geometryKey, type WindowGeometry, windowDims } from './window-geometry.js';

/** max, or the mean over the part of the window inside the image, or over the whole window with zeros outside. */
export type PoolingKind = 'max' | 'average' | 'averageOverWholeWindow';

const kinds: Record<PoolingKind, number> = {
  max: algorithm.poolingMax,
  average: algorithm.poolingAverageExcludePadding,
  averageOverWholeWindow: algorithm.poolingAverageIncludePadding,
};

/** Pooling forward and, if made for training, backward. */
export interface PoolingPlan extends Plan {
  key: string;
  /** `run(x, y)`, or `run(x, y, workspace)` where there is a workspace. */
  forward: Primitive;
  /** `run(dy, dx)`, or `run(dy, dx, workspace)`; absent without training. */
  backward: Primitive | undefined;
  /** 0 where no workspace is wanted. */
  workspaceBytes: number;
}

/** The plan of a pooling; with `training` also its gradient and the workspace that passes between the two. */
export function poolingPlan(
  backend: OneDnnBackend,
  kind: PoolingKind,
  g: WindowGeometry,
  training: boolean,
): PoolingPlan {
  const key = `pooling ${kind} training ${training} ${geometryKey(g)}`;
  return backend.plan(key, (native) => makePlan(native, key, kind, g, training));
}

function makePlan(
  native: NativeEngine,
  key: string,
  kind: PoolingKind,
  g: WindowGeometry,
  training: boolean,
): PoolingPlan {
  const x = nhwc(native, g.batch, g.inHeight, g.inWidth, g.inChannels);
  const y = nhwc(native, g.batch, g.outHeight, g.outWidth, g.inChannels);
  const { strides, kernel, padBefore, padAfter } = windowDims(g);
  const propagationKind = training ? propagation.training : propagation.inference;
  const algorithmKind = kinds[kind];
  const described = native.describe((operation) =>
    native.api.poolingForward(
      operation,
      propagationKind,
      algorithmKind,
      x,
      y,
      strides,
      kernel,
      padBefore,
      padAfter,
    ),
  );
  const workspace = training ? native.chosenLayout(described, query.workspace) : undefined;
  const extra: ArgumentLayout[] = workspace ? [[argument.workspace, workspace]] : [];
  const forward = native.primitive(described, [[argument.source, x], [argument.destination, y], ...extra]);
  const backward = training
    ? native.primitive(
        native.describe(
          (operation) =>
            native.api.poolingBackward(operation, algorithmKind, x, y, strides, kernel, padBefore, padAfter),
          { forward: described },
        ),
        [[argument.diffDestination, y], [argument.diffSource, x], ...extra],
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
