import { type PresetName, presets } from '@alexnet/alexnet-model';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ChannelNumbers } from '../../weights/preprocessing-for.js';

/** Gives a command the options of `PreprocessingOptions`. */
export function addPreprocessingOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--mean <r,g,b>',
        "values to subtract from pixels in 0..255, or a file with Caffe's mean image, .binaryproto or .npy (default: those stored with the weights)",
      ).argParser((text): ChannelNumbers | string => (isPath(text) ? text : numbersOf(text))),
    )
    .addOption(
      new Option(
        '--std <r,g,b>',
        'values to divide the pixels by afterwards (default: those stored with the weights)',
      ).argParser(numbersOf),
    );
}

/** `--preset`, with the preset names as choices. */
export function presetOption(description: string): Option {
  return new Option('--preset <name>', description).choices(Object.keys(presets) as PresetName[]);
}

/** Whether a text is the name of a file, not a list of numbers. */
function isPath(text: string): boolean {
  return /[^\d\s.,eE+-]/.test(text);
}

/** Three numbers, `123.7,116.3,103.5`. */
function numbersOf(text: string): ChannelNumbers {
  const values = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (values.length !== 3 || !values.every(Number.isFinite)) {
    throw new InvalidArgumentError('It must be three numbers for R, G and B, such as 123.7,116.3,103.5.');
  }
  return values as ChannelNumbers;
}
