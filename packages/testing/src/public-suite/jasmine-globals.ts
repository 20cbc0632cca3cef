import { createRequire } from 'node:module';

/** What jasmine reports about a test. */
interface JasmineSpec {
  fullName: string;
  status: string;
  failedExpectations: { message: string }[];
}

/** The part of jasmine that is used here; jasmine has no types. */
export interface JasmineEnvironment {
  configure(options: { random: boolean }): void;
  addReporter(reporter: { specDone(spec: JasmineSpec): void }): void;
  execute(): Promise<unknown>;
}

interface Jasmine {
  DEFAULT_TIMEOUT_INTERVAL: number;
  getEnv(): JasmineEnvironment;
}

interface JasmineCore {
  core(self: JasmineCore): Jasmine;
  interface(jasmine: Jasmine, environment: JasmineEnvironment): object;
}

const jasmineCore: JasmineCore = createRequire(__filename)('jasmine-core/lib/jasmine-core/jasmine.js');
const jasmine = jasmineCore.core(jasmineCore);
jasmine.DEFAULT_TIMEOUT_INTERVAL = 20_000;

/** Loading this module, before all tests, makes `describe`, `it`, `expect` and the others global. */
export const environment: JasmineEnvironment = jasmine.getEnv();
Object.assign(globalThis, jasmineCore.interface(jasmine, environment), { jasmine });
environment.configure({ random: false });
