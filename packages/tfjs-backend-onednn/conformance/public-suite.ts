import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';

/** What a run of the suite gave on one backend. */
export interface SuiteRun {
  /** In the order they ran; status is 'passed', 'failed' or 'pending'. */
  tests: { name: string; status: string; message: string }[];
  /** How often a native operation was run. */
  nativeRuns: number;
}

/** tfjs-core's public tests as one program. */
export interface PublicSuite {
  /** Runs them all in a process of their own. @throws Error with what it printed if it does not end well. */
  run(backend: 'cpu' | 'onednn', environment?: Record<string, string>): Promise<SuiteRun>;
  remove(): Promise<void>;
}

/**
 * Bundles the tests that `@tensorflow/tfjs-core` carries in its npm package with the backends of this one.
 */
export async function buildPublicSuite(): Promise<PublicSuite> {
  const here = dirname(fileURLToPath(import.meta.url));
  const modules = join(here, '..', 'node_modules');
  await mkdir(modules, { recursive: true });
  const folder = await mkdtemp(join(modules, '.suite-'));
  await build({
    entry: [join(here, 'suite-process.ts')],
    outDir: folder,
    format: ['cjs'],
    outExtension: () => ({ js: '.cjs' }),
    noExternal: [/.*/],
    external: ['koffi', /^jasmine-core/],
    shims: true,
    config: false,
    silent: true,
    esbuildOptions(options) {
      options.ignoreAnnotations = true; // 'no side effects' would drop the tests
      options.mainFields = ['module', 'main']; // the tests import the ES modules: there must be one copy of tfjs
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

/** How many tests have each status. */
export function count(run: SuiteRun, status: string): number {
  return run.tests.filter((test) => test.status === status).length;
}

/** What tfjs-core itself registers for its cpu backend alone. */
const forCpuOnly = 'Switching cpu backends';

/** Tests that pass on cpu and fail or are missing in the other run, with what they say there. */
export function failingOnlyThere(run: SuiteRun, cpu: SuiteRun): string[] {
  const there = byNameAndPlace(run);
  return [...byNameAndPlace(cpu)].flatMap(([name, { status }]) => {
    if (status !== 'passed' || name.startsWith(forCpuOnly)) return [];
    const other = there.get(name);
    if (!other) return [`${name}: not run`];
    return other.status === 'passed' ? [] : [`${name}: ${other.message}`];
  });
}

/** Some names occur more than once: the second is 'name (2)'. */
function byNameAndPlace(run: SuiteRun): Map<string, SuiteRun['tests'][number]> {
  const seen = new Map<string, number>();
  return new Map(
    run.tests.map((test) => {
      const place = (seen.get(test.name) ?? 0) + 1;
      seen.set(test.name, place);
      return [place === 1 ? test.name : `${test.name} (${place})`, test];
    }),
  );
}

/** Test files in the npm package of another part of tfjs, which this runner would have to run too. */
export async function testFilesOf(packageName: string): Promise<string[]> {
  const folder = dirname(createRequire(import.meta.url).resolve(`${packageName}/package.json`));
  const files = await readdir(folder, { recursive: true });
  return files.filter((file) => /_test\.[cm]?js$/.test(file) && !file.includes('node_modules'));
}
