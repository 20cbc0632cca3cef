import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { Net } from '../net.js';
import type { Link } from './link.js';
import { SegmentTape } from './segment-tape.js';
import { Held } from './step-tensors.js';
import { unwatched, type Watch } from './tower-activity.js';
import { outputSegment, type TowerSegment, towerSegments } from './tower-segments.js';

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

/** What joins a tower to the other while it works, and who watches. */
interface Joined {
  link: Link;
  watch: Watch;
}

/**
 * One of two towers with all that a device needs to train it: its layers cut into segments, and the exchange with the other
 * between them. Tower A (0) has the last layer and the loss, as in the original program.
 *
 * @see Krizhevsky et al. 2012, sec. 3.2 and figure 2
 */
export class TowerPart {
  readonly segments: readonly TowerSegment[];
  /** The last layer; on tower A only. */
  readonly output: Omit<TowerSegment, 'sends'> | undefined;

  constructor(
    net: Net,
    private readonly place: { index: 0 | 1; seed: number; classes: number },
  ) {
    this.segments = towerSegments(net, place);
    this.output = place.index === 0 ? outputSegment(net, place) : undefined;
  }

  /** All layers, in the order of the net. */
  get layers(): tfl.layers.Layer[] {
    const segments = [...this.segments, ...(this.output ? [this.output] : [])];
    return segments.flatMap(({ model }) => model.layers);
  }

  /**
   * Gradients of the batch's mean loss, with the other tower at the other end of the link. The batch stays the caller's.
   *
   * Whatever the link throws ends it; nothing is left then.
   */
  async gradients({ xs, ys }: TowerBatch, link: Link, watch: Watch = unwatched): Promise<TowerGradients> {
    const to = { link, watch };
    const held = new Held();
    const tapes: SegmentTape[] = [];
    const gradients: tf.NamedTensorMap = {};
    try {
      await this.forward(xs, tapes, to);
      const top = this.output && (await this.lossGradients(outputOf(tapes), ys as tf.Tensor, to, held));
      let dy = held.add(top?.dy ?? (await receive(outputOf(tapes).shape, gradientOf(this.last), to)));
      for (const [i, { name, model }] of [...this.segments.entries()].reverse()) {
        const before = this.segments[i - 1];
        const tape = tapes.pop() as SegmentTape;
        const parts = await watch({ what: 'backward', where: name }, () => {
          const found = tape.gradients(variablesOf(model), { dy, ofInput: before !== undefined });
          Object.assign(gradients, found.variables);
          held.release(dy);
          return found.input && this.split(found.input, held);
        });
        if (before && parts) dy = await this.withTheirGradient(parts, gradientOf(before), to, held);
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
  async predict(xs: tf.Tensor, link: Link, watch: Watch = unwatched): Promise<tf.Tensor | undefined> {
    const to = { link, watch };
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
          return this.isSent(segment) ? y.data<'float32'>() : undefined;
        });
        if (values) await send(values, sends, to);
        if (segment !== this.last || output) x = await this.withTheirs(y as tf.Tensor, sends, to);
      }
      return output && tf.tidy(() => tf.softmax(output.model.predictOnBatch(x) as tf.Tensor));
    } finally {
      tf.dispose([x, ...(y ? [y] : [])]);
    }
  }

  dispose(): void {
    for (const { weights } of this.layers) for (const weight of weights) weight.dispose();
  }

  private get last(): TowerSegment {
    return this.segments.at(-1) as TowerSegment;
  }

  /** Records every segment, and sends what the other reads of it. */
  private async forward(xs: tf.Tensor, tapes: SegmentTape[], to: Joined): Promise<void> {
    let x = tf.clone(xs);
    for (const segment of this.segments) {
      const { name, sends, model } = segment;
      const values = await to.watch({ what: 'forward', where: name }, () => {
        tapes.push(SegmentTape.record(x, (input) => model.apply(input, { training: true }) as tf.Tensor));
        return this.isSent(segment) ? outputOf(tapes).data<'float32'>() : undefined;
      });
      if (values) await send(values, sends, to);
      if (segment !== this.last) x = await this.withTheirs(outputOf(tapes), sends, to);
    }
  }

  /** Whether the other tower reads the segment's output: all but fc7 of the tower that has the last layer. */
  private isSent(segment: TowerSegment): boolean {
    return segment !== this.last || !this.output;
  }

  /** The own part and the other's, received, side by side in the order of the towers. */
  private async withTheirs(own: tf.Tensor, where: string, to: Joined): Promise<tf.Tensor> {
    const theirs = await receive(own.shape, where, to);
    const both = tf.concat(this.place.index === 0 ? [own, theirs] : [theirs, own], own.rank - 1);
    theirs.dispose();
    return both;
  }

  /** Loss of the last layer, and its gradients; sends the other tower its part of them. */
  private async lossGradients(
    own: tf.Tensor,
    ys: tf.Tensor,
    to: Joined,
    held: Held,
  ): Promise<{
    measured: Pick<TowerGradients, 'loss' | 'logits'>;
    gradients: tf.NamedTensorMap;
    dy: tf.Tensor;
  }> {
    const { model, name } = this.output as TowerSegment;
    const both = await this.withTheirs(own, this.last.sends, to);
    let logits = own;
    const tape = await to.watch({ what: 'forward', where: name }, () =>
      SegmentTape.record(both, (x) => {
        logits = held.add(tf.keep(model.apply(x, { training: true }) as tf.Tensor));
        return tf.losses.softmaxCrossEntropy(ys, logits) as tf.Tensor;
      }),
    );
    const loss = held.add(tf.clone(tape.output));
    let gradients: tf.NamedTensorMap = {};
    const parts = await to.watch({ what: 'backward', where: name }, () => {
      const found = tape.gradients(variablesOf(model), { ofInput: true });
      gradients = found.variables;
      for (const gradient of Object.values(gradients)) held.add(gradient);
      return this.split(found.input as tf.Tensor, held);
    });
    await sendTheirs(parts, gradientOf(this.last), to, held);
    return { measured: { loss, logits }, gradients, dy: parts.own };
  }

  /** The gradient of the own part: what both towers made of it. */
  private async withTheirGradient(
    parts: GradientParts,
    where: string,
    to: Joined,
    held: Held,
  ): Promise<tf.Tensor> {
    await sendTheirs(parts, where, to, held);
    const received = await receive(parts.own.shape, where, to);
    const sum = held.add(tf.add(parts.own, received));
    received.dispose();
    held.release(parts.own);
    return sum;
  }

  /** Takes a gradient of what both towers sent apart. */
  private async split(ofBoth: tf.Tensor, held: Held): Promise<GradientParts> {
    const [a, b] = tf.split(ofBoth, 2, ofBoth.rank - 1).map((part) => held.add(part)) as [
      tf.Tensor,
      tf.Tensor,
    ];
    ofBoth.dispose();
    const [own, theirs] = this.place.index === 0 ? [a, b] : [b, a];
    return { own, theirs, values: await theirs.data<'float32'>() };
  }
}

/** The gradients of the own part and of the other's, and the values of the latter. */
interface GradientParts {
  own: tf.Tensor;
  theirs: tf.Tensor;
  values: Float32Array;
}

async function sendTheirs(
  { theirs, values }: GradientParts,
  where: string,
  to: Joined,
  held: Held,
): Promise<void> {
  await send(values, where, to);
  held.release(theirs);
}

async function send(values: Float32Array, where: string, { link, watch }: Joined): Promise<void> {
  await watch({ what: 'send', where }, () => link.send(values));
}

async function receive(shape: readonly number[], where: string, { link, watch }: Joined): Promise<tf.Tensor> {
  const size = shape.reduce((product, side) => product * side, 1);
  const values = await watch({ what: 'receive', where }, () => link.receive(size));
  return tf.tensor(values, [...shape]);
}

/** What travels back where a segment's output travelled. */
function gradientOf({ sends }: TowerSegment): string {
  return `${sends} gradient`;
}

function outputOf(tapes: readonly SegmentTape[]): tf.Tensor {
  return (tapes.at(-1) as SegmentTape).output;
}

function variablesOf(model: tfl.LayersModel): tf.Variable[] {
  return model.trainableWeights.map((weight) => weight.read() as tf.Variable);
}
