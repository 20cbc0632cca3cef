import { type Preprocessing, type PresetName, presets } from '@alexnet/alexnet-model';
import { type Command, Option } from 'commander';
import { type ChannelNumbers, channelNumbers } from '../../cli/channel-numbers.js';
import { UsageError } from '../../cli/errors.js';

/** What the command line may say of the preprocessing. */
export interface PreprocessingOptions {
  mean?: ChannelNumbers;
  std?: ChannelNumbers;
}

export function addPreprocessingOptions(command: Command): Command {
  return command
    .addOption(channelNumbers('--mean <r,g,b>', 'what is subtracted from pixels in 0..255; default what comes with the weights')) // biome-ignore format: one line
    .addOption(channelNumbers('--std <r,g,b>', 'what they are then divided by; default what comes with the weights')); // biome-ignore format: one line
}

/** The preprocessing that travels with the weights: what was said, over what came with them. */
export function preprocessingFor(
  { mean, std }: PreprocessingOptions,
  own: Preprocessing | undefined,
): Preprocessing | undefined {
  if (std?.some((value) => value <= 0)) throw new UsageError(`--std must be three numbers > 0, got ${std}.`);
  if (!own && !mean && std)
    throw new UsageError('--std needs --mean beside it: these weights come with neither.');
  const base = own ?? (mean && { mean, std: [1, 1, 1] as ChannelNumbers });
  return base && { mean: mean ?? base.mean, std: std ?? base.std };
}

/** The net that weights belong to. */
export function presetOption(description: string): Option {
  return new Option('--preset <name>', description).choices(Object.keys(presets) as PresetName[]);
}
