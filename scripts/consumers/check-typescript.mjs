// Compiles programs of READMEs under strict TypeScript, as ES modules, and imports their packages from CommonJS.

import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { run } from './pack.mjs';

const tsc = createRequire(import.meta.url).resolve('typescript/lib/tsc.js');

/** A message of tsc about a file of another package. */
const FOREIGN = /^(?:\S*\/)?node_modules\/(?!@alexnet\/)/;

const required = (name) =>
  `import everything = require('${name}');\nexport const names: string[] = Object.keys(everything);\n`;

/**
 * Checks the types of the packages too (`skipLibCheck: false`). That includes the types of TensorFlow.js 4.22, which no longer
 * agree with TypeScript's own, so messages about files of other packages are ignored.
 *
 * @param types packages of ambient types that the programs may use: `node` or none.
 * @returns the compiler's messages.
 */
export async function checkTypeScript(project, moduleResolution, programs, types) {
  const folder = join(project, `typescript-${moduleResolution}-${types.join('-') || 'plain'}`);
  await mkdir(folder);
  for (const { id, code, package: name } of programs) {
    await writeFile(join(folder, `${id}.mts`), code);
    if (moduleResolution === 'node16') await writeFile(join(folder, `${id}.cts`), required(name));
  }
  const compilerOptions = {
    target: 'ES2022',
    lib: ['ES2022', 'DOM'],
    module: moduleResolution === 'node16' ? 'Node16' : 'ESNext',
    moduleResolution,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    skipLibCheck: false,
    types,
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*'] }));
  try {
    await run(process.execPath, [tsc, '-p', folder], project);
    return [];
  } catch (error) {
    if (!error.stdout) throw error; // tsc itself did not run
    const messages = error.stdout.trim().split(/\n(?=\S)/);
    return messages.filter((message) => !FOREIGN.test(message));
  }
}
