import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { installedFile } from './installed-file.js';

test('a file of an installed package is found, and one that is not installed says what to do', () => {
  expect(existsSync(installedFile('@cwasm/jpeg-turbo/jpeg-turbo.wasm'))).toBe(true);
  expect(() => installedFile('@alexnet/nothing/package.json')).toThrow(
    /^@alexnet\/nothing\/package\.json is not installed where .* runs: install @alexnet\/imagenet-reader there/,
  );
});
