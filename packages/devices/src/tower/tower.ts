import { type Partition, partition, type TowerPart } from '@alexnet/alexnet-model';
import { useBackend } from '@alexnet/backends';
import { imagesRight, SgdMomentum } from '@alexnet/sgd-momentum-trainer';
import * as tf from '@tensorflow/tfjs-core';
import type { DeviceLink } from '../links/device-link.js';
import type {
  Span,
  StepRates,
  TowerMeasured,
  TowerStart,
  TowerState,
  TowerTasks,
} from '../protocol/messages.js';
import { Clock, type Tell } from '../trace/clock.js';
import { namedVariables, putState, readState } from './tower-weights.js';

/** One tower on the backend of this thread or process, with its weights, velocities and dropout masks. */
export class Tower {
  #gradients: tf.NamedTensorMap = {};
  readonly #part: TowerPart;
  /** The shape of an image: `[H, W, 3]`. */
  readonly #image: readonly number[];
  /** 0 in the tower that has no output. */
  readonly #classes: number;
  readonly #optimizer: SgdMomentum;
  readonly #link: DeviceLink;
  readonly #clock: Clock;

  private constructor(part: TowerPart, optimizer: SgdMomentum, link: DeviceLink, tell: Tell) {
    this.#part = part;
    this.#optimizer = optimizer;
    this.#link = link;
    this.#image = (part.segments[0]?.model.inputs[0]?.shape.slice(1) ?? []) as number[];
    this.#classes = (part.output?.model.outputs[0]?.shape[1] as number | undefined) ?? 0;
    this.#clock = new Clock(link, tell);
  }

  /** Starts the backend and builds the tower. `join` completes it with the link to its peer. */
  static async start(
    { index, preset, overrides, optimizer, backend: { name, ...options } }: TowerStart,
    tell: Tell,
  ): Promise<{ used: TowerTasks['start']['gives']; join: (link: DeviceLink) => Tower }> {
    tf.enableProdMode(); // no banner
    tell({ doing: 'backend start', isWaiting: false });
    const { name: backend, device, threads } = await useBackend(name, options);
    tell({ doing: 'layer construction', isWaiting: false });
    const { tower }: Partition = await partition(preset, overrides);
    const part = tower(index);
    return {
      used: { backend, device, threads, weights: namedVariables(part).map((weight) => weight.name) },
      join: (link) =>
        new Tower(part, SgdMomentum.fromConfig<SgdMomentum>(SgdMomentum, optimizer), link, tell),
    };
  }

  /** @throws RangeError if the state lacks a weight of the tower. */
  load(state: TowerState): void {
    for (const { name } of namedVariables(this.#part)) {
      if (!state.weights[name]) throw new RangeError(`the weights of a tower must include '${name}'.`);
    }
    this.#optimizer.dispose();
    putState(this.#part, this.#optimizer, state);
  }

  async findGradients({ rows, images, labels }: TowerTasks['gradients']['takes']): Promise<TowerMeasured> {
    const [clock, link] = [this.#clock, this.#link];
    tf.dispose(this.#gradients); // gradients of a step that was never completed
    this.#gradients = {};
    const batch = await clock.time('batch', '', () => ({
      xs: this.#imagesOf(rows, images),
      ...(labels && { ys: tf.tensor2d(labels, [rows, this.#classes]) }),
    }));
    try {
      const { loss, logits, gradients } = await this.#part.gradients(batch, link, clock.watch);
      this.#gradients = gradients;
      const { ys } = batch;
      if (!loss || !logits || !ys) return { spans: clock.take() };
      const measured = tf.tidy(() => tf.stack([loss, ...imagesRight(logits as tf.Tensor2D, ys, [1, 5])]));
      const values = (await measured.data<'float32'>()) as unknown as [number, number, number];
      const result = { loss: values[0], correct: values[1], correctTop5: values[2] };
      tf.dispose([measured, loss, logits]);
      return { result, spans: clock.take() };
    } finally {
      tf.dispose(batch);
    }
  }

  /** Updates the weights by the gradients of `findGradients`. */
  async update(rates: StepRates): Promise<Span[]> {
    await this.#clock.time('update', '', () => {
      this.#optimizer.learningRate = rates.learningRate;
      this.#optimizer.weightDecay = rates.weightDecay;
      this.#optimizer.applyGradients(this.#gradients);
      tf.dispose(this.#gradients);
      this.#gradients = {};
    });
    return this.#clock.take();
  }

  /** Returns probabilities `[rows, classes]` from the tower that has the output, undefined from the other. */
  async predict({ rows, images }: TowerTasks['predict']['takes']): Promise<Float32Array | undefined> {
    const xs = this.#imagesOf(rows, images);
    try {
      const probabilities = await this.#part.predict(xs, this.#link, this.#clock.watch);
      const values = await probabilities?.data<'float32'>();
      const copy = values?.slice();
      probabilities?.dispose();
      return copy;
    } finally {
      xs.dispose();
      this.#clock.take();
    }
  }

  collect(): Promise<TowerState> {
    return readState(this.#part, this.#optimizer);
  }

  /**
   * Frees everything that the backend holds, because the native memory of a thread belongs to the whole
   * process.
   */
  dispose(): void {
    tf.dispose(this.#gradients);
    this.#optimizer.dispose();
    this.#part.dispose();
    this.#link.close();
    tf.removeBackend(tf.getBackend());
  }

  /** Wraps the images without copying them. The host leaves them unchanged until the step is done. */
  #imagesOf(rows: number, images: Float32Array): tf.Tensor {
    return tf.tensor(images, [rows, ...this.#image]);
  }
}
