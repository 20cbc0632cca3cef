// The programs of the READMEs under strict TypeScript, as ES modules, and each package imported from CommonJS.

import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { run } from './pack.mjs';

const tsc = createRequire(import.meta.url).resolve('typescript/lib/tsc.js');

/** @returns the compiler's messages. */
export async function checkTypeScript(project, moduleResolution, examples) {
  const folder = join(project, `typescript-${moduleResolution}`);
  await mkdir(folder);
  for (const [name, { code }] of examples) {
    const file = join(folder, name.replace('@alexnet/', ''));
    await writeFile(`${file}.mts`, code);
    if (moduleResolution === 'node16') {
      await writeFile(
        `${file}.cts`,
        `import everything = require('${name}');\nexport const names: string[] = Object.keys(everything);\n`,
      );
    }
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
    types: [],
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*'] }));
  try {
    await run(process.execPath, [tsc, '-p', folder], project);
    return [];
  } catch ({ stdout, message }) {
    return (stdout || message).trim().split('\n');
  }
}
