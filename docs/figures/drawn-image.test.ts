import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { drawnImage } from './drawn-image.js';

test('the image that the README classifies is what the script draws', async () => {
  const kept = await readFile(new URL('../images/vase.jpg', import.meta.url));
  expect((await drawnImage()).equals(kept)).toBe(true);
});
