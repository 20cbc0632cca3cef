import { presets } from '@alexnet/alexnet-model';
import { TwoTowers } from '@alexnet/devices';
import type { SgdMomentum } from '@alexnet/sgd-momentum-trainer';
import type * as tfl from '@tensorflow/tfjs-layers';
import { say } from '../cli/say.js';
import { UsageError } from '../cli/usage-error.js';
import { devicesOf } from './devices-option.js';
import type { RunCommandOptions } from './run-command.js';
import type { RunSettings } from './run-settings.js';

/** @throws UsageError if the net cannot be cut for the devices asked for. */
export function requireDevices({ devices }: RunCommandOptions, settings: RunSettings): void {
  if (devices === 1) return;
  const { preset, switches, training } = settings;
  const towers = switches.towers ?? presets[preset].net.towers;
  if (towers !== 2) {
    throw new UsageError(`--devices 2 needs a net of two towers; preset '${preset}' has ${towers} here.`);
  }
  if (training.microBatchSize !== undefined) {
    throw new UsageError('--devices 2 takes a batch whole; leave out --micro-batch.');
  }
}

/** Starts the devices and says what they are; undefined where the whole net is on one. */
export async function startTowers(
  options: RunCommandOptions,
  { preset, width, switches, seed, training }: RunSettings,
  { model, optimizer, classes }: { model: tfl.LayersModel; optimizer: SgdMomentum; classes: number },
): Promise<TwoTowers | undefined> {
  const devices = devicesOf(options.devices, options);
  if (!devices) return undefined;
  const overrides = { classes, width, seed, ...switches };
  const towers = await TwoTowers.start(model, optimizer, devices, {
    preset,
    overrides,
    batchSize: training.batchSize,
    stallSeconds: options.stallSeconds,
  });
  for (const { name, device, threads, pid } of towers.devices) {
    const process = pid === undefined ? '' : `, process ${pid}`;
    say(`  ${name}: ${device}, ${threads} ${threads === 1 ? 'thread' : 'threads'}${process}`);
  }
  return towers;
}
