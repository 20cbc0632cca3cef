import { fixture } from '../fixtures.test-data.js';

/** `legacy.pth`, the file of an old PyTorch, with its state dict's pickle edited; it has no checksum. */
export function edited(edit: (pickle: string) => string): Uint8Array {
  const file = Buffer.from(fixture('legacy.pth')).toString('latin1');
  const begin = file.indexOf('\x80\x02ccollections\nOrderedDict');
  const end = file.indexOf('.\x80\x02]', begin);
  return Buffer.from(file.slice(0, begin) + edit(file.slice(begin, end)) + file.slice(end), 'latin1');
}

/** A text in a pickle. */
export const text = (value: string): string => `U${String.fromCharCode(value.length)}${value}`;

/** A dictionary in a pickle, of values that are already pickled. */
export const dictionary = (items: Readonly<Record<string, string>>): string =>
  `}(${Object.entries(items)
    .map(([key, value]) => text(key) + value)
    .join('')}u`;

/** A state dict's pickle with other names of its tensors. */
export const renamed =
  (rename: (name: string) => string) =>
  (pickle: string): string =>
    pickle.replace(/X.\0\0\0((?:features|classifier)\.\d+\.(?:weight|bias))/gs, (_, name: string) =>
      text(rename(name)),
    );
