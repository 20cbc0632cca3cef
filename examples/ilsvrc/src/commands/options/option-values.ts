import { InvalidArgumentError, Option } from 'commander';

/** An option with a whole number of at least `least`. */
export function wholeNumber(flags: string, description: string, least = 1): Option {
  return new Option(flags, description).argParser((text) => {
    const value = Number(text);
    if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`It must be a whole number >= ${least}.`);
    }
    return value;
  });
}

/** An option with a number greater than 0. */
export function positiveNumber(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value <= 0) {
      throw new InvalidArgumentError('It must be a number > 0.');
    }
    return value;
  });
}

/** An option that can be repeated. */
export function collected(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text, before: string[] | undefined) => [
    ...(before ?? []),
    text,
  ]);
}
