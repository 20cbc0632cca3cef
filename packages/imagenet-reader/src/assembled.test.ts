import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import wabt from 'wabt';
import { fuseViewWasm } from './fuse-view.wasm.js';
import { trainingSumsWasm } from './training-sums.wasm.js';

test.each([
  ['fuse-view', fuseViewWasm],
  ['training-sums', trainingSumsWasm],
])('%s.wasm.ts is %s.wat, assembled by npm run assemble', async (name, base64) => {
  const text = readFileSync(new URL(`${name}.wat`, import.meta.url), 'utf8');
  const { buffer } = (await wabt()).parseWat(`${name}.wat`, text, { simd: true }).toBinary({});
  expect(Buffer.from(buffer).toString('base64')).toBe(base64);
});
