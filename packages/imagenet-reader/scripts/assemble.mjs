// Assembles src/fuse-view.wat into src/fuse-view.wasm.ts: node packages/imagenet-reader/scripts/assemble.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import wabt from 'wabt';

const src = new URL('../src/', import.meta.url);
const module_ = (await wabt()).parseWat(
  'fuse-view.wat',
  readFileSync(new URL('fuse-view.wat', src), 'utf8'),
  {
    simd: true,
  },
);
module_.validate();
const base64 = Buffer.from(module_.toBinary({}).buffer).toString('base64');
const lines = base64.match(/.{1,100}/g).map((line) => `  '${line}',`);
writeFileSync(
  new URL('fuse-view.wasm.ts', src),
  `/** fuse-view.wat, assembled by scripts/assemble.mjs: base64. */
export const fuseViewWasm: string = [
${lines.join('\n')}
].join('');
`,
);
