import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';

/** How a child process ended. */
interface Ended {
  code: number | string | null;
  stdout: string;
  stderr: string;
}

/** This package, built into its own folder, for programs that run without vitest. */
export interface BuiltPackage {
  /** The working directory of programs. */
  folder: string;
  /**
   * Runs a program; `./index.js` and `./index.cjs` are this package. A CommonJS program starts, and starts its workers, in
   * half the time, because Node requires TensorFlow.js faster than it imports it.
   */
  run(program: string, environment?: NodeJS.ProcessEnv, form?: 'js' | 'cjs'): Promise<Ended>;
  /**
   * Runs a program and returns what it printed. @throws Error if its exit code is not 0 or it writes to
   * stderr.
   */
  output(program: string, environment?: NodeJS.ProcessEnv): Promise<string>;
  remove(): Promise<void>;
}

/** Builds the package as it will be published, ESM and CJS. */
export async function buildPackage(): Promise<BuiltPackage> {
  const source = join(dirname(fileURLToPath(import.meta.url)), '..');
  const modules = join(source, '..', 'node_modules'); // programs below it find its packages, and git ignores it
  await mkdir(modules, { recursive: true });
  const folder = await mkdtemp(join(modules, '.test-'));
  const entry = [join(source, 'index.ts')];
  await build({
    entry,
    outDir: folder,
    format: ['esm', 'cjs'],
    shims: true,
    skipNodeModulesBundle: true,
    config: false,
    silent: true,
  });
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  const built: BuiltPackage = {
    folder,
    async run(program, environment = {}, form = 'js') {
      const name = `program.${form}`;
      await writeFile(join(folder, name), program);
      const env = { ...process.env, ...environment };
      return new Promise((resolve) => {
        execFile(process.execPath, [name], { cwd: folder, env }, (error, stdout, stderr) =>
          resolve({ code: error ? (error.code ?? error.signal ?? null) : 0, stdout, stderr }),
        );
      });
    },
    async output(program, environment) {
      const { code, stdout, stderr } = await built.run(program, environment);
      if (code === 0 && stderr === '') return stdout;
      throw new Error(`the program ended with ${code}: ${stderr}`);
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
  return built;
}
