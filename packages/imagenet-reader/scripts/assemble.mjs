// Assembles each src/<name>.wat into src/<name>.wasm.ts: npm run assemble -w @alexnet/imagenet-reader
import { readFileSync, writeFileSync } from 'node:fs';
import wabt from 'wabt';

const { parseWat } = await wabt();
for (const [name, constant] of [
  ['batches/fuse-view', 'fuseViewWasm'],
  ['prepare/training-sums', 'trainingSumsWasm'],
]) {
  const file = (extension) => new URL(`../src/${name}.${extension}`, import.meta.url);
  const assembled = parseWat(`${name}.wat`, readFileSync(file('wat'), 'utf8'), { simd: true });
  assembled.validate();
  const base64 = Buffer.from(assembled.toBinary({}).buffer).toString('base64');
  const lines = base64.match(/.{1,100}/g).map((line) => `  '${line}',`);
  writeFileSync(
    file('wasm.ts'),
    `/** ${name}.wat, assembled by scripts/assemble.mjs: base64. */
export const ${constant}: string = [
${lines.join('\n')}
].join('');
`,
  );
}
