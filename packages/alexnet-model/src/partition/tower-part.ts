import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { Net } from '../net.js';
import type { Link } from './link.js';
import { SegmentTape } from './segment-tape.js';
import { outputSegment, towerSegments } from './tower-segments.js';

/** A batch: images `[N, H, W, 3]`, and one-hot labels `[N, classes]` for the tower that has the output. */
export interface TowerBatch {
  xs: tf.Tensor;
  ys?: tf.Tensor;
}

/** What a step found on one tower. */
export interface TowerGradients {
  /** Mean loss over the batch, a scalar; only where the output is. */
  loss?: tf.Tensor;
  /** Logits `[N, classes]`; only where the output is. */
  logits?: tf.Tensor;
  /** Of the tower's own variables, by their names. */
  gradients: tf.NamedTensorMap;
}

/**
 * One of two towers with all that a device needs to train it: its layers cut into segments, and the exchange with the other
 * between them. Tower A (0) has the last layer and the loss, as in the original program.
 *
 * @see Krizhevsky et al. 2012, sec. 3.2 and figure 2
 */
export class TowerPart {
  readonly segments: readonly tfl.LayersModel[];
  /** The last layer; on tower A only. */
  readonly output: tfl.LayersModel | undefined;

  constructor(
    net: Net,
    private readonly place: { index: 0 | 1; seed: number; classes: number },
  ) {
    this.segments = towerSegments(net, place);
    this.output = place.index === 0 ? outputSegment(net, place) : undefined;
  }

  /** Layers with weights, in the order of the net. */
  get layers(): tfl.layers.Layer[] {
    const models = [...this.segments, ...(this.output ? [this.output] : [])];
    return models.flatMap(({ layers }) => layers).filter((layer) => layer.weights.length > 0);
  }

  /** Gradients of the batch's mean loss, with the other tower at the other end of the link. The batch stays the caller's. */
  async gradients({ xs, ys }: TowerBatch, link: Link): Promise<TowerGradients> {
    const held = new Held();
    const tapes: SegmentTape[] = [];
    const gradients: tf.NamedTensorMap = {};
    try {
      let x = tf.clone(xs);
      for (const segment of this.segments) {
        tapes.push(SegmentTape.record(x, (input) => segment.apply(input, { training: true }) as tf.Tensor));
        if (segment !== this.segments.at(-1)) x = await this.exchange(outputOf(tapes), link);
      }
      const top = this.output && (await this.lossGradients(outputOf(tapes), ys as tf.Tensor, link, held));
      if (!top) await link.send(outputOf(tapes));
      let dy = held.add(top?.dy ?? (await link.receive(outputOf(tapes).shape)));
      for (const segment of [...this.segments].reverse()) {
        const tape = tapes.pop() as SegmentTape;
        const found = tape.gradients(variablesOf(segment), { dy, ofInput: tapes.length > 0 });
        held.release(dy);
        Object.assign(gradients, found.variables);
        if (found.input) dy = held.add(await this.exchangeGradient(found.input, link));
      }
      return { ...top?.measured, gradients: Object.assign(gradients, top?.gradients) };
    } catch (error) {
      tf.dispose(gradients);
      held.releaseAll();
      throw error;
    } finally {
      for (const tape of tapes) tape.dispose();
    }
  }

  /** Probabilities `[N, classes]` on tower A; nothing on the other. */
  async predict(xs: tf.Tensor, link: Link): Promise<tf.Tensor | undefined> {
    const { output } = this;
    let x = tf.clone(xs);
    let y: tf.Tensor | undefined;
    try {
      for (const segment of this.segments) {
        y?.dispose();
        y = segment.predictOnBatch(x) as tf.Tensor;
        x.dispose();
        const isLast = segment === this.segments.at(-1);
        if (!isLast || output) x = await this.exchange(y, link, { isSent: !isLast });
        else await link.send(y);
      }
      return output && tf.tidy(() => tf.softmax(output.predictOnBatch(x) as tf.Tensor));
    } finally {
      tf.dispose([x, ...(y ? [y] : [])]);
    }
  }

  dispose(): void {
    for (const { weights } of this.layers) for (const weight of weights) weight.dispose();
  }

  /** Sends the own part, and gives both side by side, in the order of the towers. */
  private async exchange(own: tf.Tensor, link: Link, { isSent = true } = {}): Promise<tf.Tensor> {
    if (isSent) await link.send(own);
    const theirs = await link.receive(own.shape);
    const both = tf.concat(this.place.index === 0 ? [own, theirs] : [theirs, own], own.rank - 1);
    theirs.dispose();
    return both;
  }

  /** The gradient of the own part: what both towers made of it. Takes the gradient of both parts, as found here. */
  private async exchangeGradient(ofBoth: tf.Tensor, link: Link): Promise<tf.Tensor> {
    const [own, theirs] = this.parts(ofBoth);
    ofBoth.dispose();
    try {
      await link.send(theirs);
      const received = await link.receive(own.shape);
      const sum = tf.add(own, received);
      received.dispose();
      return sum;
    } finally {
      tf.dispose([own, theirs]);
    }
  }

  private async lossGradients(
    own: tf.Tensor,
    ys: tf.Tensor,
    link: Link,
    held: Held,
  ): Promise<{
    measured: Pick<TowerGradients, 'loss' | 'logits'>;
    gradients: tf.NamedTensorMap;
    dy: tf.Tensor;
  }> {
    const output = this.output as tfl.LayersModel;
    let logits = own;
    const tape = SegmentTape.record(await this.exchange(own, link, { isSent: false }), (x) => {
      logits = held.add(tf.keep(output.apply(x, { training: true }) as tf.Tensor));
      return tf.losses.softmaxCrossEntropy(ys, logits) as tf.Tensor;
    });
    const loss = held.add(tf.clone(tape.output));
    const { input, variables } = tape.gradients(variablesOf(output), { ofInput: true });
    for (const gradient of Object.values(variables)) held.add(gradient);
    const [dy, ofTheirs] = this.parts(input as tf.Tensor).map((part) => held.add(part)) as [
      tf.Tensor,
      tf.Tensor,
    ];
    input?.dispose();
    await link.send(ofTheirs);
    held.release(ofTheirs);
    return { measured: { loss, logits }, gradients: variables, dy };
  }

  /** The own half of the last dimension, and the other's. */
  private parts(both: tf.Tensor): [own: tf.Tensor, theirs: tf.Tensor] {
    const [a, b] = tf.split(both, 2, both.rank - 1) as [tf.Tensor, tf.Tensor];
    return this.place.index === 0 ? [a, b] : [b, a];
  }
}

/** Tensors that nobody has if the step fails. */
class Held {
  private readonly tensors = new Set<tf.Tensor>();

  add(tensor: tf.Tensor): tf.Tensor {
    this.tensors.add(tensor);
    return tensor;
  }

  release(tensor: tf.Tensor): void {
    this.tensors.delete(tensor);
    tensor.dispose();
  }

  releaseAll(): void {
    for (const tensor of this.tensors) tensor.dispose();
  }
}

function outputOf(tapes: readonly SegmentTape[]): tf.Tensor {
  return (tapes.at(-1) as SegmentTape).output;
}

function variablesOf(segment: tfl.LayersModel): tf.Variable[] {
  return segment.trainableWeights.map((weight) => weight.read() as tf.Variable);
}
