import type { NativeEngine } from '../native/native-engine.js';
import type { ArgumentLayout, Descriptor } from '../native/operations.js';
import type { Primitive } from '../native/primitive.js';
import type { Plan } from '../primitive-cache.js';

/** An operation and, for training, its gradient and the workspace that passes from one to the other. */
export interface WorkspacePlan extends Plan {
  key: string;
  /** The last argument is the workspace, if there is one. */
  forward: Primitive;
  /** The gradient, with the workspace as its last argument; absent without training. */
  backward: Primitive | undefined;
  /** 0 if no workspace is required. */
  workspaceBytes: number;
}

/** The forward or the backward operation, with its arguments in the order of `run`. */
interface Direction {
  descriptor: Descriptor;
  args: readonly ArgumentLayout[];
}

/** Compiles both directions. Without `backward` there is no workspace. */
export function workspacePlan(
  native: NativeEngine,
  key: string,
  forward: Direction,
  backward: Direction | undefined,
): WorkspacePlan {
  const workspace = backward && native.chosenLayout(forward.descriptor, 'workspace');
  const extra: ArgumentLayout[] = workspace ? [['workspace', workspace]] : [];
  const compile = ({ descriptor, args }: Direction): Primitive =>
    native.primitive(descriptor, [...args, ...extra]);
  const primitives = { forward: compile(forward), backward: backward && compile(backward) };
  return {
    key,
    ...primitives,
    workspaceBytes: workspace ? native.bytes(workspace) : 0,
    destroy() {
      primitives.forward.destroy();
      primitives.backward?.destroy();
    },
  };
}
