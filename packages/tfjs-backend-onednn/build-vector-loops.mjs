// Compiles assembly/ to WebAssembly and writes it, as base64, to src/vector/module.ts; with --print,
// to the terminal.
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const pkg = new URL('.', import.meta.url);

/** The text of src/vector/module.ts. */
async function vectorModule() {
  const { main } = await import('assemblyscript/asc');
  let binary;
  const options = [
    'assembly/loops.ts',
    '-O3',
    '--enable',
    'simd',
    '--runtime',
    'stub',
    '--initialMemory',
    '8',
  ];
  const { error, stderr } = await main([...options, '-o', 'loops.wasm', '--baseDir', fileURLToPath(pkg)], {
    writeFile: (_, contents) => {
      binary = contents;
    },
  });
  if (error) throw new Error(`assembly/ does not compile: ${stderr}`, { cause: error });
  const lines = Buffer.from(binary)
    .toString('base64')
    .match(/.{1,100}/g);
  return [
    '/** assembly/loops.ts as WebAssembly, in base64, written by build-vector-loops.mjs. */',
    'export const vectorModule: string = [',
    ...lines.map((line) => `  '${line}',`),
    "].join('');",
    '',
  ].join('\n');
}

if (process.argv.includes('--print')) process.stdout.write(await vectorModule());
else await writeFile(new URL('src/vector/module.ts', pkg), await vectorModule());
