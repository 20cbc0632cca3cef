import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { codeOf, messageOf } from './index.js';

const foreign: unknown = runInNewContext("Object.assign(new Error('gone'), { code: 'ENOENT' })");

test.each([
  ['an error', Object.assign(new RangeError('gone'), { code: 'ENOENT' }), 'gone', 'ENOENT'],
  ['an error of another realm', foreign, 'gone', 'ENOENT'],
  ['an error without a code', new Error('gone'), 'gone', ''],
  ['a string', 'gone', 'gone', ''],
  ['nothing', undefined, 'undefined', ''],
  ['an object without a message', { code: 7 }, '[object Object]', '7'],
])('%s', (_, thrown, message, code) => {
  expect(messageOf(thrown)).toBe(message);
  expect(codeOf(thrown)).toBe(code);
  if (thrown === foreign) expect(thrown instanceof Error).toBe(false);
});
