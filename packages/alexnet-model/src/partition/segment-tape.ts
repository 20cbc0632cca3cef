import * as tf from '@tensorflow/tfjs-core';

/** What tfjs's engine records about a kernel that ran while a tape was on. */
interface TapeNode {
  inputs: Record<string, tf.Tensor>;
  outputs: tf.Tensor[];
  gradient?: (dys: (tf.Tensor | null)[]) => Record<string, () => tf.Tensor>;
  saved?: tf.Tensor[];
}

/** The part of the engine's public `state` that keeps a tape. */
interface TapeState {
  activeTape: TapeNode[] | null;
  gradientDepth: number;
}

/** The gradients of a segment. */
export interface SegmentGradients {
  /** The gradient of the input; absent if it was not asked for. */
  input?: tf.Tensor;
  /** The gradients of the variables, by their names. */
  variables: tf.NamedTensorMap;
}

/**
 * The recorded forward pass of one segment of a net. Back-propagation can follow later, when the gradient of
 * the output has arrived from another device; `tf.grads` runs both in one call.
 */
export class SegmentTape {
  readonly #nodes: readonly TapeNode[];
  readonly #input: tf.Tensor;
  /** Belongs to the tape. */
  readonly output: tf.Tensor;

  private constructor(nodes: readonly TapeNode[], input: tf.Tensor, output: tf.Tensor) {
    this.#nodes = nodes;
    this.#input = input;
    this.output = output;
  }

  /**
   * Runs `forward` on an input, which the tape then owns.
   *
   * @throws Error if a tape is already on, since segments do not nest.
   */
  static record(input: tf.Tensor, forward: (x: tf.Tensor) => tf.Tensor): SegmentTape {
    const state = tf.engine().state as unknown as TapeState;
    if (state.gradientDepth !== 0)
      throw new Error('a segment cannot be recorded inside a gradient (SegmentTape).');
    state.activeTape = [];
    state.gradientDepth = 1;
    let output: tf.Tensor | undefined;
    const { activeTape } = state;
    try {
      output = tf.keep(tf.tidy(() => forward(input)));
      return new SegmentTape(activeTape, input, output);
    } finally {
      state.gradientDepth = 0;
      state.activeTape = null;
      if (!output) {
        forget(activeTape);
        input.dispose();
      }
    }
  }

  /**
   * Back-propagates, and disposes of the tape. The gradients belong to the caller.
   *
   * @param dy Gradient of the output. Default 1, for a loss.
   */
  gradients(
    variables: readonly tf.Variable[],
    { dy, withInput }: { dy?: tf.Tensor; withInput: boolean },
  ): SegmentGradients {
    const wanted = new Set(variables.map(({ id }) => id));
    if (withInput) wanted.add(this.#input.id);
    try {
      return tf.tidy(() => {
        const gradients = backpropagate(this.#nodes, this.output, dy ?? tf.onesLike(this.output), wanted);
        const named = variables.map((variable) => {
          const gradient = gradients.get(variable.id);
          if (gradient) return [variable.name, gradient] as const;
          throw new Error(`the segment's output does not depend on '${variable.name}' (SegmentTape).`);
        });
        const input = gradients.get(this.#input.id);
        return { variables: Object.fromEntries(named), ...(withInput && input && { input }) };
      }) as SegmentGradients;
    } finally {
      this.dispose();
    }
  }

  dispose(): void {
    forget(this.#nodes);
    tf.dispose([this.#input, this.output]);
  }
}

/** Walks the tape backward and returns the gradients of the wanted tensors, by their ids. */
function backpropagate(
  nodes: readonly TapeNode[],
  output: tf.Tensor,
  dy: tf.Tensor,
  wanted: ReadonlySet<number>,
): Map<number, tf.Tensor> {
  const leadsBack = new Set(wanted);
  for (const { inputs, outputs } of nodes) {
    if (Object.values(inputs).some(({ id }) => leadsBack.has(id)))
      for (const { id } of outputs) leadsBack.add(id);
  }
  const gradients = new Map([[output.id, dy]]);
  for (const { inputs, outputs, gradient } of [...nodes].reverse()) {
    const dys = outputs.map(({ id }) => gradients.get(id) ?? null);
    const reached = Object.entries(inputs).filter(([, { id }]) => leadsBack.has(id));
    if (reached.length === 0 || dys.every((one) => one === null)) continue;
    const inputGradients = gradient?.(dys) ?? {};
    for (const [name, { id }] of reached) {
      const make = inputGradients[name];
      if (!make)
        throw new Error(`an operation of the segment has no gradient of its '${name}' (SegmentTape).`);
      const dx = tf.tidy(() => ownOf(make(), dys));
      const before = gradients.get(id);
      gradients.set(id, before ? tf.add(before, dx) : dx);
      if (before) tf.dispose([before, dx]);
    }
    for (const { id } of outputs) if (!wanted.has(id)) release(gradients, id, dy);
  }
  return gradients;
}

/** A copy if the gradient is one of `dys` itself: it would be released together with that. */
function ownOf(gradient: tf.Tensor, dys: readonly (tf.Tensor | null)[]): tf.Tensor {
  return dys.includes(gradient) ? tf.clone(gradient) : gradient;
}

/** Disposes of a gradient once every input has used it; maps are large. */
function release(gradients: Map<number, tf.Tensor>, id: number, dy: tf.Tensor): void {
  const gradient = gradients.get(id);
  if (gradient && gradient !== dy) gradient.dispose();
  gradients.delete(id);
}

function forget(nodes: readonly TapeNode[]): void {
  for (const { saved } of nodes) tf.dispose(saved ?? []);
}
