import { existsSync } from 'node:fs';
import { partition, presets } from '@alexnet/alexnet-model';
import { TwoTowers } from '@alexnet/devices';
import type { SgdMomentum } from '@alexnet/sgd-momentum-trainer';
import type * as tfl from '@tensorflow/tfjs-layers';
import { UsageError } from '../cli/errors.js';
import { say } from '../cli/say.js';
import type { RunSettings } from '../run/run-settings.js';
import { type BackendSelection, threadCount } from '../run/start-backend.js';
import { type DevicesChoice, devicesOf } from './devices.js';
import { StepRecorder } from './step-recorder.js';

/** The devices that a run computes on. */
export interface DevicesOptions extends BackendSelection {
  devices: DevicesChoice;
  /** A device is treated as hung after this many silent seconds. */
  stallSeconds: number;
  /** The file that records what two devices do. */
  trace?: string;
}

/** @throws UsageError if the net cannot be cut for the devices asked for. */
export function requireDevices(options: DevicesOptions, settings: RunSettings): void {
  const { devices, trace } = options;
  if (devices === 1) {
    if (trace !== undefined) throw new UsageError('--trace tells what two devices do; add --devices 2.');
    return;
  }
  if (trace !== undefined && existsSync(trace)) {
    throw new UsageError(`${trace} exists; choose another --trace.`);
  }
  if (options.adapter !== undefined) {
    throw new UsageError(
      '--adapter goes with one device; name the GPUs of two: --devices webgpu:0,webgpu:1.',
    );
  }
  devicesOf(devices, options); // what cannot be
  const { preset, switches, training } = settings;
  const towers = switches.towers ?? presets[preset].net.towers;
  if (towers !== 2) {
    throw new UsageError(`--devices 2 needs a net of two towers; preset '${preset}' has ${towers} here.`);
  }
  if (training.microBatchSize !== undefined) {
    throw new UsageError('--devices 2 takes a batch whole; leave out --micro-batch.');
  }
}

/** Two devices that take the steps of a run. */
export interface RunTowers {
  stepper: TwoTowers;
  /** What the two are, for the versions of a run. */
  description: string;
  /** Ends them, and says what their steps took. */
  close(): Promise<void>;
}

/** Starts the devices and says what they are; undefined where the whole net is on one. */
export async function startTowers(
  options: DevicesOptions,
  { preset, width, switches, seed, training }: RunSettings,
  { model, optimizer, classes }: { model: tfl.LayersModel; optimizer: SgdMomentum; classes: number },
): Promise<RunTowers | undefined> {
  const devices = devicesOf(options.devices, options);
  if (!devices) return undefined;
  const overrides = { classes, width, seed, ...switches };
  const { bytesPerStep } = await partition(preset, overrides);
  let recorder: StepRecorder | undefined;
  const stepper = await TwoTowers.start(model, optimizer, devices, {
    preset,
    overrides,
    batchSize: training.batchSize,
    stallSeconds: options.stallSeconds,
    onStep: (spans) => recorder?.add(spans),
  });
  try {
    recorder = new StepRecorder(options.trace);
  } catch (error) {
    await stepper.close();
    throw error;
  }
  for (const { name, device, threads, pid } of stepper.devices) {
    const process = pid === undefined ? '' : `, process ${pid}`;
    say(`  ${name}: ${device}, ${threadCount(threads)}${process}`);
  }
  const descriptions = stepper.devices.map(
    ({ backend, device, threads }) => `${backend} (${device}, ${threadCount(threads)})`,
  );
  return {
    stepper,
    description: descriptions.join(' and '),
    async close() {
      await stepper.close();
      const table = recorder?.close(stepper.devices, bytesPerStep(training.batchSize));
      if (table) say(`\n${table}`);
    },
  };
}
