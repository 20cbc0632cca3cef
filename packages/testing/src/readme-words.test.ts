import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const readmes = ['packages', 'examples', 'platform']
  .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(folder, name, 'README.md')))
  .filter((path) => existsSync(join(root, path)));

/** Words of prose and tables: code blocks and the targets of links do not count. */
function wordsOf(markdown: string): number {
  const prose = markdown.replace(/```[\s\S]*?```/g, '').replace(/\]\([^)]*\)/g, ']');
  return prose.replace(/\|/g, ' ').match(/\S*\w\S*/g)?.length ?? 0;
}

test('words are counted in prose and tables', () => {
  expect(
    wordsOf('A [link](https://example.org/a b).\n```js\nconst code = 1;\n```\n| a cell | two |\n|---|---|'),
  ).toBe(5);
});

test.each(readmes)('%s has at most 700 words', (path) => {
  expect(wordsOf(readFileSync(join(root, path), 'utf8'))).toBeLessThanOrEqual(700);
});
