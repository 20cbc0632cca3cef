import { InvalidArgumentError, Option } from 'commander';

/** Three numbers for R, G and B. */
export type ChannelNumbers = [red: number, green: number, blue: number];

/** An option that takes three numbers, `123.7,116.3,103.5`. */
export function channelNumbers(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text): ChannelNumbers => {
    const values = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
    const [red, green, blue] = values;
    if (
      red === undefined ||
      green === undefined ||
      blue === undefined ||
      values.length !== 3 ||
      !values.every(Number.isFinite)
    ) {
      throw new InvalidArgumentError('It must be three numbers for R, G and B, as 123.7,116.3,103.5.');
    }
    return [red, green, blue];
  });
}
