import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const root = new URL('../../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

interface Entry {
  title: string;
  text: string;
  checks: { path: string; link: string; name: string }[];
}

const entries: Entry[] = read('docs/errata.md')
  .split(/^### /m)
  .slice(1)
  .map((section) => ({
    title: section.split('\n', 1)[0] as string,
    text: section,
    checks: [...section.matchAll(/^\*\*Check\.\*\* \[`(.+)`\]\((.+)\): (.+)$/gm)].map(
      ([, path = '', link = '', name = '']) => ({ path, link, name }),
    ),
  }));

/**
 * The names of a file's tests, which are the first strings after `test(`, `test.each(...)(` or
 * `testOnBackends(`.
 */
function testNames(source: string): string[] {
  return [...source.matchAll(/(?:^\s*(?:test|testOnBackends)|\))\(\s*(['"`])(.+?)\1,\s*(?:async )?\(/gm)].map(
    ([, , name = '']) => name,
  );
}

test('the page has its entries, each with its own title', () => {
  expect(entries.length).toBeGreaterThan(30);
  expect(new Set(entries.map(({ title }) => title)).size).toBe(entries.length);
});

describe.each(entries)('$title', ({ text, checks }) => {
  test('has a claim, its evidence and a check', () => {
    expect(text).toMatch(/^\*\*Claim\.\*\* \S/m);
    expect(text).toMatch(/^\*\*Evidence\.\*\* \S/m);
    expect(checks).not.toEqual([]);
    expect(text.match(/\*\*Check/g)).toHaveLength(checks.length);
  });

  test.each(checks)('names the test "$name"', ({ path, link, name }) => {
    expect(link).toBe(`../${path}`);
    const source = read(path);
    expect(testNames(source)).toContain(name);
    expect(source).not.toMatch(/\b(test|describe)\.(skip|todo|only|fails|skipIf|runIf)\b/);
  });
});

test('the page names every test of the errata files', () => {
  const sources = readdirSync(new URL('packages/', root)).map((name) => `packages/${name}/src`);
  const own = sources
    .filter((folder) => existsSync(new URL(folder, root)))
    .flatMap((folder) => readdirSync(new URL(folder, root)).map((file) => `${folder}/${file}`))
    .filter((file) => /\/errata(-\w+)?\.test\.ts$/.test(file) && !file.endsWith('-page.test.ts'));
  expect(own.length).toBeGreaterThan(4);
  const named = new Set(entries.flatMap(({ checks }) => checks.map(({ path, name }) => `${path}: ${name}`)));
  for (const file of own)
    for (const name of testNames(read(file))) expect(named).toContain(`${file}: ${name}`);
});
