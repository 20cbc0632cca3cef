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

/** @throws UsageError if the network cannot be split over the chosen devices. */
export function requireDevices(options: DevicesOptions, settings: RunSettings): void {
  const { devices, trace } = options;
  if (devices === 1) {
    if (trace !== undefined) throw new UsageError('--trace records two devices; add --devices 2.');
    return;
  }
  if (trace !== undefined && existsSync(trace)) {
    throw new UsageError(`${trace} already exists; choose another --trace.`);
  }
  if (options.adapter !== undefined) {
    throw new UsageError(
      '--adapter applies to one device; name two GPUs with --devices, such as --devices webgpu:0,webgpu:1.',
    );
  }
  devicesOf(devices, options, settings.precision); // throws for devices that cannot be used
  const { preset, switches, training } = settings;
  const towers = switches.towers ?? presets[preset].net.towers;
  if (towers !== 2) {
    throw new UsageError(
      `--devices 2 requires a network of two towers; preset '${preset}' has ${towers} here.`,
    );
  }
  if (training.microBatchSize !== undefined) {
    throw new UsageError('--devices 2 does not support micro-batches; leave out --micro-batch.');
  }
}

/** The two devices that take the steps of a run. */
export interface RunTowers {
  stepper: TwoTowers;
  /** A description of the two, for the versions of a run. */
  description: string;
  /** Ends the devices and prints how long their steps took. */
  close(): Promise<void>;
}

/** Starts two devices and prints what they are. Returns undefined if the whole network is on one device. */
export async function startTowers(
  options: DevicesOptions,
  { preset, width, switches, seed, training, precision }: RunSettings,
  { model, optimizer, classes }: { model: tfl.LayersModel; optimizer: SgdMomentum; classes: number },
): Promise<RunTowers | undefined> {
  const devices = devicesOf(options.devices, options, precision);
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
