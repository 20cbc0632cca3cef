import type { Address } from '../library/c-api.js';
import type { NativeEngine } from '../native/native-engine.js';
import type { ArgumentLayout, Descriptor } from '../native/operations.js';
import { Primitive } from '../native/primitive.js';
import type { Plan } from '../primitive-cache.js';

/** An operation and, for training, its gradient and the workspace that passes from one to the other. */
export interface WorkspacePlan extends Plan {
  key: string;
  /** The last argument is the workspace, if there is one. */
  forward: Runnable;
  /** The gradient, with the workspace as its last argument; absent without training. */
  backward: Runnable | undefined;
  /** 0 if no workspace is required. */
  workspaceBytes: number;
}

/** A primitive, or several that run one after the other. */
export interface Runnable {
  run(...addresses: Address[]): void;
}

/**
 * The forward or the backward operation, with its arguments in the order of `run`; or one made of others, which
 * has no workspace.
 */
export type Direction = { descriptor: Descriptor; args: readonly ArgumentLayout[] } | Runnable;

/** Compiles both directions. There is a workspace if both are oneDNN's own and need one. */
export function workspacePlan(
  native: NativeEngine,
  key: string,
  forward: Direction,
  backward: Direction | undefined,
): WorkspacePlan {
  const workspace =
    'descriptor' in forward && backward && 'descriptor' in backward
      ? native.chosenLayout(forward.descriptor, 'workspace')
      : undefined;
  const extra: ArgumentLayout[] = workspace ? [['workspace', workspace]] : [];
  const compile = (direction: Direction): Runnable =>
    'descriptor' in direction
      ? native.primitive(direction.descriptor, [...direction.args, ...extra])
      : direction;
  const operations = { forward: compile(forward), backward: backward && compile(backward) };
  return {
    key,
    ...operations,
    workspaceBytes: workspace ? native.bytes(workspace) : 0,
    destroy() {
      for (const operation of Object.values(operations)) {
        if (operation instanceof Primitive) operation.destroy();
      }
    },
  };
}
