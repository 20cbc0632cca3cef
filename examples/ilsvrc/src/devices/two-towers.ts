import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type AlexNetOverrides, type PresetName, partition } from '@alexnet/alexnet-model';
import type { Batch, SgdMomentum, StepOptions, Stepper, StepResult } from '@alexnet/sgd-momentum-trainer';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { BackendChoice } from '../run/start-backend.js';
import { type Channel, closeChannel, openChannel } from './shared-link.js';
import type { TowerAnswers, TowerStart, TowerState, TowerTask } from './tower-messages.js';

/** Options of {@link TwoTowers.start}. */
export interface TwoTowersOptions {
  preset: PresetName;
  overrides: AlexNetOverrides & { classes: number };
  /** Rows of the largest batch. */
  batchSize: number;
  backend: BackendChoice;
  /** Of each tower. */
  threads: number;
}

/** A net on two threads, each with a tower, a backend, weights and velocities of its own: the steps of a run. */
export class TwoTowers implements Stepper {
  private constructor(
    private readonly model: tfl.LayersModel,
    private readonly optimizer: SgdMomentum,
    private readonly towers: readonly [TowerThread, TowerThread],
    private readonly channels: readonly Channel[],
    private readonly shared: Pick<TowerStart, 'images' | 'labels'>,
  ) {}

  /** Starts both and gives them the weights of the model and the velocities of the optimizer. */
  static async start(
    model: tfl.LayersModel,
    optimizer: SgdMomentum,
    options: TwoTowersOptions,
  ): Promise<TwoTowers> {
    const { preset, overrides, batchSize, backend, threads } = options;
    const { exchanges } = partition(preset, overrides);
    const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);
    const largest = Math.max(...exchanges.map(({ shape }) => sizeOf(shape))) * batchSize;
    const channels = [openChannel(largest), openChannel(largest)] as const;
    const image = sizeOf(model.inputs[0]?.shape.slice(1) as number[]);
    const shared = {
      images: new SharedArrayBuffer(4 * batchSize * image),
      labels: new SharedArrayBuffer(4 * batchSize * overrides.classes),
    };
    const constants = optimizer.getConfig();
    const towers = ([0, 1] as const).map(
      (index) =>
        new TowerThread({
          index,
          preset,
          overrides,
          optimizer: constants,
          backend,
          threads,
          channels,
          ...shared,
        }),
    ) as [TowerThread, TowerThread];
    const two = new TwoTowers(model, optimizer, towers, channels, shared);
    try {
      await Promise.all(towers.map(({ ready }) => ready));
      const state = two.hostState();
      await two.both({ type: 'load', state });
    } catch (error) {
      await two.close();
      throw error;
    }
    return two;
  }

  async step({ xs, ys }: Batch, { check }: StepOptions): Promise<StepResult> {
    const rows = xs.shape[0] as number;
    new Float32Array(this.shared.images).set(await xs.data<'float32'>());
    new Float32Array(this.shared.labels).set(await ys.data<'float32'>());
    const [measured] = await this.both({ type: 'gradients', rows });
    const { loss, correct, correctTop5 } = measured as StepResult;
    const result = { loss, correct, correctTop5 };
    check?.(result);
    const originals = new Map(
      this.variables().map(({ variable, originalName }) => [variable.name, originalName]),
    );
    const rates = [...this.optimizer.variableRates].map(([name, rate]): [string, number] => [
      originals.get(name) as string,
      rate,
    ]);
    await this.both({ type: 'apply', learningRate: this.optimizer.learningRate, rates });
    return result;
  }

  async collect(): Promise<void> {
    for (const { weights, velocities, randomStates } of await this.both({ type: 'collect' })) {
      for (const { originalName, variable } of this.variables()) {
        const [values, velocity] = [weights[originalName], velocities[originalName]];
        if (values) tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
        if (velocity)
          tf.tidy(() => this.optimizer.setVelocity(variable.name, tf.tensor(velocity, variable.shape)));
      }
      for (const layer of this.model.layers) {
        const state = randomStates[layer.name];
        if (state !== undefined) (layer as tfl.layers.Layer & { randomState: number }).randomState = state;
      }
    }
  }

  async close(): Promise<void> {
    for (const channel of this.channels) closeChannel(channel);
    await Promise.all(this.towers.map((tower) => tower.end()));
  }

  private async both<Task extends TowerTask>(
    task: Task,
  ): Promise<[TowerAnswers[Task['type']], TowerAnswers[Task['type']]]> {
    try {
      return (await Promise.all(this.towers.map((tower) => tower.ask(task)))) as never;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  private hostState(): TowerState {
    const state: TowerState = { weights: {}, velocities: {}, randomStates: {} };
    for (const { originalName, variable } of this.variables()) {
      state.weights[originalName] = variable.dataSync<'float32'>();
      const velocity = this.optimizer.velocityOf(variable.name);
      if (velocity) state.velocities[originalName] = velocity.dataSync<'float32'>();
    }
    for (const layer of this.model.layers) {
      if ('randomState' in layer) state.randomStates[layer.name] = layer.randomState as number;
    }
    return state;
  }

  private variables(): { originalName: string; variable: tf.Variable }[] {
    return this.model.weights.map((weight) => ({
      originalName: weight.originalName,
      variable: weight.read() as tf.Variable,
    }));
  }
}

/** The built program of a tower's thread, wherever this module runs from. */
const program = join(
  dirname(createRequire(import.meta.url).resolve('@alexnet/ilsvrc/package.json')),
  'dist/devices/tower-thread.js',
);

/** A thread that answers one task after the other. */
class TowerThread {
  readonly ready: Promise<unknown>;
  private readonly name: string;
  private readonly worker: Worker;
  private readonly waiting: { resolve: (answer: never) => void; reject: (error: Error) => void }[] = [];
  private failure: Error | undefined;

  constructor(start: TowerStart) {
    this.name = `tower ${'AB'[start.index]}`;
    this.worker = new Worker(program, { workerData: start, execArgv: [] });
    this.ready = this.next();
    this.worker.on('message', ({ answer, error }: { answer?: never; error?: string }) => {
      const { resolve, reject } = this.waiting.shift() ?? {};
      if (error === undefined) resolve?.(answer as never);
      else reject?.(new Error(`${this.name}: ${error}`));
    });
    this.worker.on('error', (error) => this.fail(error.message));
    this.worker.on('exit', (code) => this.fail(`its thread ended (exit code ${code}).`));
  }

  ask<Task extends TowerTask>(task: Task): Promise<TowerAnswers[Task['type']]> {
    this.worker.postMessage(task);
    return this.next();
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private next<T>(): Promise<T> {
    if (this.failure) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => this.waiting.push({ resolve: resolve as never, reject }));
  }

  private fail(reason: string): void {
    this.failure ??= new Error(`${this.name}: ${reason}`);
    for (const { reject } of this.waiting.splice(0)) reject(this.failure);
  }
}
