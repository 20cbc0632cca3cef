import { geometryKey, type WindowGeometry } from '@alexnet/native-backend';
import type { OneDnnBackend } from '../backend.js';
import type { NativeEngine } from '../native/native-engine.js';
import type { Pooling, PoolingKind } from '../native/operations.js';
import { nhwc } from '../shapes/layouts.js';
import { window } from '../shapes/window.js';
import { type WorkspacePlan, workspacePlan } from './workspace-plan.js';

/**
 * The kernel plan of a pooling, `forward.run(x, y)`. With `training` it includes the gradient,
 * `backward.run(dy, dx)`, and the workspace that passes between the two.
 */
export function poolingPlan(
  backend: OneDnnBackend,
  kind: PoolingKind,
  g: WindowGeometry,
  training: boolean,
): WorkspacePlan {
  const key = `pooling ${kind} training ${training} ${geometryKey(g)}`;
  return backend.plan(key, (native) => makePlan(native, key, kind, g, training));
}

function makePlan(
  native: NativeEngine,
  key: string,
  kind: PoolingKind,
  g: WindowGeometry,
  training: boolean,
): WorkspacePlan {
  const x = nhwc(native, g.batch, g.inHeight, g.inWidth, g.inChannels);
  const y = nhwc(native, g.batch, g.outHeight, g.outWidth, g.inChannels);
  const pooling: Pooling = { kind, x, y, kernel: g.kernel, ...window(g), training };
  return workspacePlan(
    native,
    key,
    {
      descriptor: native.poolingForward(pooling),
      args: [
        ['source', x],
        ['destination', y],
      ],
    },
    training
      ? {
          descriptor: native.poolingBackward(pooling),
          args: [
            ['diffDestination', y],
            ['diffSource', x],
          ],
        }
      : undefined,
  );
}
