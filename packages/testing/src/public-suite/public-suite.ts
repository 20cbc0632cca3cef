import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'tsup';

/** The results of the suite on one backend. */
export interface SuiteRun {
  /** The tests in the order they ran; status is 'passed', 'failed' or 'pending'. */
  tests: { name: string; status: string; message: string }[];
  /** The number of native operations run. */
  nativeRuns: number;
}

/** tfjs-core's public tests as one program. */
export interface PublicSuite {
  /** Runs all tests in their own process. @throws Error with the process's output if it fails. */
  run(backend: string, environment?: Record<string, string>): Promise<SuiteRun>;
  remove(): Promise<void>;
}

/**
 * Bundles the tests in the npm package of `@tensorflow/tfjs-core` with a backend.
 *
 * @param conformance the folder of a package that has the program, `suite-process.ts`.
 */
export async function buildPublicSuite(conformance: string): Promise<PublicSuite> {
  const modules = join(conformance, '..', 'node_modules');
  await mkdir(modules, { recursive: true });
  const folder = await mkdtemp(join(modules, '.suite-'));
  await build({
    entry: [join(conformance, 'suite-process.ts')],
    outDir: folder,
    format: ['cjs'],
    outExtension: () => ({ js: '.cjs' }),
    noExternal: [/.*/],
    external: ['koffi', /^jasmine-core/],
    shims: true,
    config: false,
    silent: true,
    esbuildOptions(options) {
      options.ignoreAnnotations = true; // tfjs-core's 'no side effects' would drop the tests
      options.mainFields = ['module', 'main']; // the tests import the ES modules, and there must be only one copy of tfjs
    },
  });
  return {
    run: (backend, environment = {}) => runSuite(folder, backend, environment),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function runSuite(
  folder: string,
  backend: string,
  environment: Record<string, string>,
): Promise<SuiteRun> {
  const results = join(folder, `${backend}.json`);
  await rm(results, { force: true });
  const options = { cwd: folder, env: { ...process.env, ...environment }, maxBuffer: 2 ** 26 };
  await new Promise<void>((resolve, reject) => {
    execFile(process.execPath, ['suite-process.cjs', backend, results], options, (error, stdout, stderr) =>
      error
        ? reject(
            new Error(`${error.code} ${error.signal} ${error.message}\n${stdout.slice(-2000)}\n${stderr}`),
          )
        : resolve(),
    );
  });
  return JSON.parse(await readFile(results, 'utf8')) as SuiteRun;
}

/** The number of tests with a status. */
export function count(run: SuiteRun, status: string): number {
  return run.tests.filter((test) => test.status === status).length;
}

/** Tests that tfjs-core registers only for its cpu backend. */
const forCpuOnly = 'Switching cpu backends';

/** Tests that pass on cpu but fail or are missing in the other run, with their messages there. */
export function failingOnlyThere(run: SuiteRun, cpu: SuiteRun): string[] {
  const there = byUniqueName(run);
  return [...byUniqueName(cpu)].flatMap(([name, { status }]) => {
    if (status !== 'passed' || name.startsWith(forCpuOnly)) return [];
    const other = there.get(name);
    if (!other) return [`${name}: not run`];
    return other.status === 'passed' ? [] : [`${name}: ${other.message}`];
  });
}

/** The tests by name. Some names occur more than once; the second becomes 'name (2)'. */
function byUniqueName(run: SuiteRun): Map<string, SuiteRun['tests'][number]> {
  const seen = new Map<string, number>();
  return new Map(
    run.tests.map((test) => {
      const occurrence = (seen.get(test.name) ?? 0) + 1;
      seen.set(test.name, occurrence);
      return [occurrence === 1 ? test.name : `${test.name} (${occurrence})`, test];
    }),
  );
}

/**
 * The test files in the npm package of another part of tfjs; if there were any, this suite should run them.
 */
export async function testFilesOf(packageName: string): Promise<string[]> {
  const folder = dirname(createRequire(import.meta.url).resolve(`${packageName}/package.json`));
  const files = await readdir(folder, { recursive: true });
  return files.filter((file) => /_test\.[cm]?js$/.test(file) && !file.includes('node_modules'));
}
