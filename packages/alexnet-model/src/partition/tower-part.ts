import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { Net } from '../net.js';
import { exchangeGradients, sendPeersGradient, splitGradient } from './gradient-exchange.js';
import type { Link } from './link.js';
import { Peer } from './peer.js';
import { SegmentTape } from './segment-tape.js';
import { StepTensors } from './step-tensors.js';
import { unwatched, type Watch } from './tower-activity.js';
import { outputSegment, type TowerSegment, towerSegments } from './tower-segments.js';

/**
 * A batch: images `[N, H, W, 3]`, and one-hot labels `[N, classes]` for the tower that has the last layer.
 */
export interface TowerBatch {
  xs: tf.Tensor;
  ys?: tf.Tensor;
}

/** The results of a step on one tower. */
export interface TowerGradients {
  /** Mean loss over the batch, a scalar; only on the tower that has the last layer. */
  loss?: tf.Tensor;
  /** Logits `[N, classes]`; only on the tower that has the last layer. */
  logits?: tf.Tensor;
  /** The gradients of the tower's own variables, by their names. */
  gradients: tf.NamedTensorMap;
}

/** A step in progress. */
interface Step {
  peer: Peer;
  watch: Watch;
  tensors: StepTensors;
  /** The recorded segments that are not back-propagated yet. */
  tapes: SegmentTape[];
}

/**
 * One of two towers, with all that a device needs to train it: its layers, cut into segments, and the
 * exchanges with the other tower between them. Tower A (0) has the last layer and the loss, as in the
 * original program.
 *
 * @see Krizhevsky et al. 2012, sec. 3.2 and figure 2
 */
export class TowerPart {
  readonly segments: readonly TowerSegment[];
  /** The last layer; on tower A only. */
  readonly output: Omit<TowerSegment, 'sends'> | undefined;
  readonly #index: 0 | 1;

  constructor(net: Net, { index, seed, classes }: { index: 0 | 1; seed: number; classes: number }) {
    this.#index = index;
    this.segments = towerSegments(net, { index, seed });
    this.output = index === 0 ? outputSegment(net, { seed, classes }) : undefined;
  }

  /** All layers, in the order of the net. */
  get layers(): tfl.layers.Layer[] {
    const segments = [...this.segments, ...(this.output ? [this.output] : [])];
    return segments.flatMap(({ model }) => model.layers);
  }

  /**
   * Gradients of the batch's mean loss, with the other tower at the far end of the link. The caller keeps the
   * batch.
   *
   * An error of the link ends the step, which then leaves no tensor behind.
   */
  async gradients({ xs, ys }: TowerBatch, link: Link, watch: Watch = unwatched): Promise<TowerGradients> {
    const step: Step = { peer: new Peer(link, watch), watch, tensors: new StepTensors(), tapes: [] };
    const gradients: tf.NamedTensorMap = {};
    try {
      await this.#forward(xs, step);
      const top = this.output && (await this.#outputGradients(ys as tf.Tensor, step));
      await this.#backward(top?.dy, gradients, step);
      return { ...top?.measured, gradients: Object.assign(gradients, top?.gradients) };
    } catch (error) {
      tf.dispose(gradients);
      step.tensors.releaseAll();
      throw error;
    } finally {
      for (const tape of step.tapes) tape.dispose();
    }
  }

  /** Probabilities `[N, classes]` on tower A; nothing on the other. */
  async predict(xs: tf.Tensor, link: Link, watch: Watch = unwatched): Promise<tf.Tensor | undefined> {
    const peer = new Peer(link, watch);
    const { output } = this;
    let x = tf.clone(xs);
    let y: tf.Tensor | undefined;
    try {
      for (const segment of this.segments) {
        const { name, sends, model } = segment;
        y?.dispose();
        const values = await watch({ what: 'forward', where: name }, () => {
          y = model.predictOnBatch(x) as tf.Tensor;
          x.dispose();
          return this.#isSent(segment) ? y.data<'float32'>() : undefined;
        });
        if (values) await peer.send(values, sends);
        if (segment !== this.#last || output) x = await this.#withPeers(y as tf.Tensor, sends, peer);
      }
      return output && tf.tidy(() => tf.softmax(output.model.predictOnBatch(x) as tf.Tensor));
    } finally {
      tf.dispose([x, ...(y ? [y] : [])]);
    }
  }

  dispose(): void {
    for (const { weights } of this.layers) for (const weight of weights) weight.dispose();
  }

  get #last(): TowerSegment {
    return this.segments.at(-1) as TowerSegment;
  }

  /** Records every segment, and sends what the peer reads of it. */
  async #forward(xs: tf.Tensor, { peer, watch, tapes }: Step): Promise<void> {
    let x = tf.clone(xs);
    for (const segment of this.segments) {
      const { name, sends, model } = segment;
      const values = await watch({ what: 'forward', where: name }, () => {
        tapes.push(SegmentTape.record(x, (input) => model.apply(input, { training: true }) as tf.Tensor));
        return this.#isSent(segment) ? outputOf(tapes).data<'float32'>() : undefined;
      });
      if (values) await peer.send(values, sends);
      if (segment !== this.#last) x = await this.#withPeers(outputOf(tapes), sends, peer);
    }
  }

  /** The loss, the gradients of the last layer, and `dy`, the gradient of this tower's part of its input. */
  async #outputGradients(
    ys: tf.Tensor,
    { peer, watch, tensors, tapes }: Step,
  ): Promise<{
    measured: Pick<TowerGradients, 'loss' | 'logits'>;
    gradients: tf.NamedTensorMap;
    dy: tf.Tensor;
  }> {
    const { model, name } = this.output as TowerSegment;
    const own = outputOf(tapes);
    const both = await this.#withPeers(own, this.#last.sends, peer);
    let logits = own;
    const tape = await watch({ what: 'forward', where: name }, () =>
      SegmentTape.record(both, (x) => {
        logits = tensors.add(tf.keep(model.apply(x, { training: true }) as tf.Tensor));
        return tf.losses.softmaxCrossEntropy(ys, logits) as tf.Tensor;
      }),
    );
    const loss = tensors.add(tf.clone(tape.output));
    let gradients: tf.NamedTensorMap = {};
    const parts = await watch({ what: 'backward', where: name }, () => {
      const { input, variables } = tape.gradients(variablesOf(model), { withInput: true });
      gradients = variables;
      for (const gradient of Object.values(gradients)) tensors.add(gradient);
      return splitGradient(input as tf.Tensor, this.#index, tensors);
    });
    await sendPeersGradient(parts, gradientOf(this.#last), peer, tensors);
    return { measured: { loss, logits }, gradients, dy: parts.own };
  }

  /**
   * Back-propagates the recorded segments, and adds the gradients of their variables to `gradients`.
   *
   * @param top Gradient of the last segment's output; absent where the peer has the last layer and sends it.
   */
  async #backward(
    top: tf.Tensor | undefined,
    gradients: tf.NamedTensorMap,
    { peer, watch, tensors, tapes }: Step,
  ): Promise<void> {
    let dy = tensors.add(top ?? (await peer.receive(outputOf(tapes).shape, gradientOf(this.#last))));
    for (const [i, { name, model }] of [...this.segments.entries()].reverse()) {
      const before = this.segments[i - 1];
      const tape = tapes.pop() as SegmentTape;
      const parts = await watch({ what: 'backward', where: name }, () => {
        const { input, variables } = tape.gradients(variablesOf(model), {
          dy,
          withInput: before !== undefined,
        });
        Object.assign(gradients, variables);
        tensors.release(dy);
        return input && splitGradient(input, this.#index, tensors);
      });
      if (before && parts) dy = await exchangeGradients(parts, gradientOf(before), peer, tensors);
    }
  }

  /**
   * Whether the peer reads the segment's output. It reads all but fc7 of the tower that has the last layer.
   */
  #isSent(segment: TowerSegment): boolean {
    return segment !== this.#last || !this.output;
  }

  /** The own part, and the peer's once it is received, concatenated in the order of the towers. */
  async #withPeers(own: tf.Tensor, where: string, peer: Peer): Promise<tf.Tensor> {
    const peers = await peer.receive(own.shape, where);
    const both = tf.concat(this.#index === 0 ? [own, peers] : [peers, own], own.rank - 1);
    peers.dispose();
    return both;
  }
}

/** The name under which the gradient of a segment's output travels. */
function gradientOf({ sends }: TowerSegment): string {
  return `${sends} gradient`;
}

function outputOf(tapes: readonly SegmentTape[]): tf.Tensor {
  return (tapes.at(-1) as SegmentTape).output;
}

function variablesOf(model: tfl.LayersModel): tf.Variable[] {
  return model.trainableWeights.map((weight) => weight.read() as tf.Variable);
}
