import { type AlexNetOverrides, type PresetName, partition } from '@alexnet/alexnet-model';
import type { Batch, SgdMomentum, StepOptions, Stepper, StepResult } from '@alexnet/sgd-momentum-trainer';
import { requireFinite, requireWhole } from '@alexnet/validate';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { Device } from './devices/device.js';
import { planLink } from './links/plan-link.js';
import { closeChannel } from './links/shared-link.js';
import type { Channel, Span, TowerMeasured } from './protocol/messages.js';
import { partOf, putState, readState } from './tower/tower-weights.js';
import { type TowerError, TowerProxy } from './tower-proxy.js';
import { machineTime } from './trace/clock.js';
import { deviceStep } from './trace/device-step.js';

/** Options of {@link TwoTowers.start}. */
export interface TwoTowersOptions {
  /** The preset and the overrides that the model was built from with `alexnet`. */
  preset: PresetName;
  overrides: AlexNetOverrides;
  /** The number of images in the largest batch. */
  batchSize: number;
  /** A tower that is silent for this long is treated as hung. Default 8. */
  stallSeconds?: number;
  /** Called after each step with what each tower did in it, and when. */
  onStep?: (spans: readonly [a: readonly Span[], b: readonly Span[]]) => void;
}

/** A device that has been started. */
export interface UsedDevice {
  /** Its name in errors: 'tower A (onednn on a thread)'. */
  name: string;
  /** The name that `useBackend` returned. */
  backend: string;
  device: string;
  threads: number;
  /** Its process id; absent for a thread of this process. */
  pid?: number | undefined;
}

/** The images and labels of a batch, in memory that threads read in place. */
interface SharedBatch {
  images: Float32Array;
  labels: Float32Array;
}

/** How long to wait for the other tower's error when one tower fails. */
const FAREWELL_MS = 1000;

/**
 * Takes the steps of `train` on two devices, each with one tower and its own backend, weights and velocities.
 *
 * Checkpoints are still made from the model and the optimizer, into which `collect` copies the towers' state.
 *
 * @see Krizhevsky et al. 2012, sec. 3.2 and figure 2
 * @example
 * const [a, b] = [threadDevice({ threads: 1 }), threadDevice({ threads: 1 })];
 * const options = { preset: 'paper', overrides: {}, batchSize: 128 };
 * const stepper = await TwoTowers.start(model, optimizer, [a, b], options);
 * for await (const event of train(model, batches, { optimizer, stepper })) console.log(event);
 * await stepper.close();
 */
export class TwoTowers implements Stepper {
  /** The two devices, once started. */
  devices: readonly UsedDevice[] = [];
  readonly #model: tfl.LayersModel;
  readonly #optimizer: SgdMomentum;
  readonly #towers: readonly [TowerProxy, TowerProxy];
  readonly #options: TwoTowersOptions;
  readonly #batch: SharedBatch;
  #channels: readonly [Channel, Channel] | undefined;
  /** How many milliseconds this machine's clock is ahead of each device's clock. */
  readonly #clocks: number[] = [0, 0];

  private constructor(
    model: tfl.LayersModel,
    optimizer: SgdMomentum,
    towers: readonly [TowerProxy, TowerProxy],
    options: TwoTowersOptions,
    batch: SharedBatch,
  ) {
    this.#model = model;
    this.#optimizer = optimizer;
    this.#towers = towers;
    this.#options = options;
    this.#batch = batch;
  }

  /**
   * Starts both devices and gives them the weights of the model and the velocities of the optimizer.
   *
   * @throws RangeError if the network does not have two towers; TowerError if a device cannot start.
   */
  static async start(
    model: tfl.LayersModel,
    optimizer: SgdMomentum,
    devices: readonly [Device, Device],
    options: TwoTowersOptions,
  ): Promise<TwoTowers> {
    const { preset, overrides, batchSize, stallSeconds = 8 } = options;
    requireWhole('batchSize', batchSize, 1, 'TwoTowers');
    requireFinite('stallSeconds', stallSeconds, 0, 'TwoTowers');
    const { exchanges } = await partition(preset, overrides); // refuses a network that cannot be cut
    const batch = {
      images: sharedValues(batchSize * sizeOf(model.inputs[0]?.shape)),
      labels: sharedValues(batchSize * sizeOf(model.outputs[0]?.shape)),
    };
    const towers = devices.map(
      (device, index) => new TowerProxy({ index: index as 0 | 1, device, stallSeconds }),
    ) as [TowerProxy, TowerProxy];
    const two = new TwoTowers(model, optimizer, towers, options, batch);
    const largest = batchSize * Math.max(...exchanges.map(({ shape }) => sizeOf([null, ...shape])));
    try {
      await two.#begin(devices, largest);
    } catch (error) {
      await two.#stop();
      throw error;
    }
    return two;
  }

  /** @throws RangeError for `microBatchSize`, because a batch cannot be taken in pieces. */
  async step({ xs, ys }: Batch, { check, microBatchSize }: StepOptions = {}): Promise<StepResult> {
    if (microBatchSize !== undefined) {
      throw new RangeError(`microBatchSize must be absent (TwoTowers), got ${microBatchSize}.`);
    }
    const rows = await this.#put(xs);
    const labels = this.#batch.labels.subarray(0, ys.size);
    labels.set(await ys.data<'float32'>());
    const images = this.#batch.images.subarray(0, xs.size);
    const measured = await this.#all((tower, index) =>
      tower.ask('gradients', { rows, images, labels: index === 0 ? labels : undefined }),
    );
    const result = measured[0].result as StepResult;
    check?.(result);
    const { learningRate, weightDecay } = this.#optimizer;
    const updates = await this.#all((tower) => tower.ask('update', { learningRate, weightDecay }));
    this.#optimizer.applyGradients([]); // counts the step
    const spans = [this.#spansOf(0, measured, updates), this.#spansOf(1, measured, updates)] as const;
    this.#options.onStep?.(spans);
    return { ...result, devices: spans.map(deviceStep) };
  }

  /** Returns probabilities `[N, classes]` for any number of images `[N, H, W, 3]`. */
  async predictOnBatch(xs: tf.Tensor): Promise<tf.Tensor2D> {
    const { batchSize } = this.#options;
    const parts: tf.Tensor2D[] = [];
    for (let begin = 0; begin < (xs.shape[0] as number); begin += batchSize) {
      const part = tf.slice(xs, [begin], [Math.min(batchSize, (xs.shape[0] as number) - begin)]);
      const rows = await this.#put(part).finally(() => part.dispose());
      const images = this.#batch.images.subarray(0, rows * sizeOf(xs.shape));
      const [probabilities] = await this.#all((tower) => tower.ask('predict', { rows, images }));
      parts.push(tf.tensor2d(probabilities as Float32Array, [rows, sizeOf(this.#model.outputs[0]?.shape)]));
    }
    const all = tf.concat(parts);
    tf.dispose(parts);
    return all;
  }

  async collect(): Promise<void> {
    for (const state of await this.#all((tower) => tower.ask('collect', undefined))) {
      putState(this.#model, this.#optimizer, state);
    }
  }

  /** Ends both programs and frees their memory. */
  async close(): Promise<void> {
    await Promise.all(this.#towers.map((tower) => tower.dispose()));
    await this.#stop();
  }

  async #stop(): Promise<void> {
    for (const channel of this.#channels ?? []) closeChannel(channel);
    await Promise.all(this.#towers.map((tower) => tower.end()));
  }

  /** Starts the programs, links them, and loads the weights. */
  async #begin(devices: readonly [Device, Device], largest: number): Promise<void> {
    const [towers, model, optimizer] = [this.#towers, this.#model, this.#optimizer];
    const { preset, overrides } = this.#options;
    const constants = optimizer.getConfig();
    const used = await this.#all((tower, index) => {
      const { backend } = devices[index];
      return tower.ask('start', { index, preset, overrides, optimizer: constants, backend });
    });
    this.devices = towers.map(({ name, pid }, index) => {
      const { backend, device, threads } = used[index as 0 | 1];
      return { name, backend, device, threads, pid };
    });
    await this.#link(devices, largest);
    for (const [index, { shares }] of devices.entries()) {
      if (shares === 'network') this.#clocks[index] = await this.#clockOf(towers[index] as TowerProxy);
    }
    const state = await readState(model, optimizer);
    await this.#all((tower, index) => tower.ask('load', partOf(state, used[index].weights)));
  }

  /** Links the two through what they share. */
  async #link(devices: readonly [Device, Device], largest: number): Promise<void> {
    const runs = this.#towers.map(({ run }) => run);
    const { plans, channels, forget } = await planLink(devices, runs, largest);
    this.#channels = channels;
    try {
      for (const { index, plan } of plans) {
        await this.#guard((this.#towers[index] as TowerProxy).ask('link', plan));
      }
    } finally {
      await forget();
    }
  }

  /**
   * Returns how far this machine's clock is ahead, as if the tower answered halfway through the round trip.
   */
  async #clockOf(tower: TowerProxy): Promise<number> {
    const asked = machineTime();
    const said = await this.#guard(tower.ask('clock', undefined));
    return (asked + machineTime()) / 2 - said;
  }

  /** Returns all spans of a tower's step, on the clock of this machine. */
  #spansOf(index: 0 | 1, measured: readonly TowerMeasured[], updates: readonly Span[][]): Span[] {
    const ahead = this.#clocks[index] as number;
    const own = [...(measured[index] as TowerMeasured).spans, ...(updates[index] as Span[])];
    return ahead === 0 ? own : own.map((span) => ({ ...span, begin: span.begin + ahead }));
  }

  async #put(xs: tf.Tensor): Promise<number> {
    const rows = xs.shape[0] as number;
    requireWhole('rows of a batch', rows, 1, 'TwoTowers');
    if (xs.size > this.#batch.images.length) {
      throw new RangeError(
        `a batch must have at most ${this.#options.batchSize} rows (TwoTowers), got ${rows}.`,
      );
    }
    this.#batch.images.set(await xs.data<'float32'>());
    return rows;
  }

  async #all<T>(ask: (tower: TowerProxy, index: 0 | 1) => Promise<T>): Promise<[a: T, b: T]> {
    const [a, b] = [ask(this.#towers[0], 0), ask(this.#towers[1], 1)];
    return this.#guard(Promise.all([a, b]), [a, b]);
  }

  /** Ends both towers if one fails, and throws the error of the tower at fault rather than a link error. */
  async #guard<T>(work: Promise<T>, each: readonly Promise<unknown>[] = []): Promise<T> {
    try {
      return await work;
    } catch (error) {
      for (const channel of this.#channels ?? []) closeChannel(channel);
      const failures = await reasons(each);
      await this.#stop();
      throw failures.find(({ isOfLink }) => !isOfLink) ?? error;
    }
  }
}

/** Returns the errors of the towers that fail in time. */
async function reasons(each: readonly Promise<unknown>[]): Promise<TowerError[]> {
  const found: TowerError[] = [];
  const heard = each.map((one) => one.catch((error: TowerError) => found.push(error)));
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, FAREWELL_MS);
  });
  await Promise.race([Promise.all(heard), late]);
  clearTimeout(timer);
  return found;
}

function sharedValues(size: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(size * Float32Array.BYTES_PER_ELEMENT));
}

/** Returns the number of values in one row. */
function sizeOf(shape: readonly (number | null)[] | undefined): number {
  return (shape ?? []).slice(1).reduce<number>((product, side) => product * (side ?? 1), 1);
}
