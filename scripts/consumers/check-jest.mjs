// Runs a test file under plain Jest: the CommonJS builds, without configuration and without --experimental-vm-modules.

import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './pack.mjs';
import { provideInputs } from './provide-inputs.mjs';

/** Runs Jest in a folder of `project`; adds what fails to `wrong` and returns a note. */
export async function checkJest(project, wrong) {
  const folder = join(project, 'jest');
  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n'); // CommonJS, as npm init writes it
  await copyFile(
    fileURLToPath(new URL('./programs/under-jest.cjs', import.meta.url)),
    join(folder, 'packages.test.js'),
  );
  await provideInputs('jest', folder);
  const jest = join(project, 'node_modules/jest/bin/jest.js');
  const { stderr, code } = await run(process.execPath, [jest], folder).catch((error) => error);
  if (code !== undefined) wrong.push(stderr);
  return /^Tests: .*$/m.exec(stderr)?.[0];
}
