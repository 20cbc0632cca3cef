import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

const packages = fileURLToPath(new URL('../..', import.meta.url));
const withBrowserEntry = readdirSync(packages).filter((name) =>
  existsSync(join(packages, name, 'dist/browser')),
);

/** The modules that the files of a folder import, at once or later. */
function importsOf(folder: string): string[] {
  const files = readdirSync(folder).filter((file) => /\.c?js$/.test(file));
  const specifier = /(?:^import|\bfrom|\bimport\(|\brequire\()\s*["']([^"'.][^"']*)["']/gm;
  return files.flatMap((file) =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(specifier)].map(([, name = '']) => name),
  );
}

/** The names that a CommonJS file of esbuild exports. */
function namesOfCommonJs(file: string): string[] {
  const exported = /__export\(index_exports, \{([^}]*)\}\);/.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
  return [...exported.matchAll(/(\w+): \(\) =>/g)].map(([, name = '']) => name);
}

test('the packages that import Node have an entry for browsers', () => {
  expect(withBrowserEntry.length).toBeGreaterThan(5);
});

test.each(withBrowserEntry)('%s has the same names for browsers, without Node', async (name) => {
  const folder = join(packages, name);
  const entry = join(folder, 'dist/index.js');
  const browser = join(folder, 'dist/browser/index.js');
  const names = Object.keys(await import(/* @vite-ignore */ pathToFileURL(entry).href)).sort();
  expect(Object.keys(await import(/* @vite-ignore */ pathToFileURL(browser).href)).sort()).toEqual(names);
  expect(namesOfCommonJs(browser.replace(/js$/, 'cjs')).sort()).toEqual(names);
  expect(importsOf(join(folder, 'dist/browser')).filter(isBuiltin)).toEqual([]);
});
