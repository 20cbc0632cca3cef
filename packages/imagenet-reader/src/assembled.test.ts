import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import wabt from 'wabt';
import { fuseViewWasm } from './batches/fuse-view.wasm.js';
import { trainingSumsWasm } from './prepare/training-sums.wasm.js';

test.each([
  ['batches/fuse-view', fuseViewWasm],
  ['prepare/training-sums', trainingSumsWasm],
])('%s.wasm.ts is %s.wat, assembled by npm run assemble', async (name, base64) => {
  const text = readFileSync(new URL(`${name}.wat`, import.meta.url), 'utf8');
  const { buffer } = (await wabt()).parseWat(`${name}.wat`, text, { simd: true }).toBinary({});
  expect(Buffer.from(buffer).toString('base64')).toBe(base64);
});
