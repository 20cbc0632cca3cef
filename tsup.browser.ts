import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** An import, static or not, of a module of Node or of a package that requires it. */
const requiresNode = /(?:from|import) *\(?'(?:node:|(?:koffi|sharp|tar-stream|undici)')/;

/**
 * Builds without Node: each function or class of a module that imports Node's modules is replaced by one that throws an
 * error with its name. The names come from the module itself.
 */
export const withoutNode: Plugin = {
  name: 'without-node',
  async setup(build) {
    const { name: owner } = JSON.parse(await readFile('package.json', 'utf8'));
    build.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (!requiresNode.test(source)) return undefined;
      const { metafile } = await build.esbuild.build({
        entryPoints: [path],
        bundle: false,
        write: false,
        metafile: true,
        format: 'esm',
        outdir: '/',
        logLevel: 'silent',
      });
      const names = Object.values(metafile.outputs).flatMap(({ exports }) => exports);
      return { contents: names.map((name) => stub(name, owner, source)).join('\n'), loader: 'js' };
    });
  },
};

function stub(name: string, owner: string, source: string): string {
  const start = source.includes(`export async function ${name}`)
    ? 'export async function'
    : 'export function';
  const message = `${name} requires Node (${owner}): a browser has no files, processes or native libraries.`;
  return `${start} ${name}() { throw new Error(${JSON.stringify(message)}); }`;
}
