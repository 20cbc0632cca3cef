import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findOneDnn } from '@alexnet/tfjs-backend-onednn';

/** The result of a command; the code is null if it was killed. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The built program and the backend of the tests. They download nothing, so without oneDNN it is wasm. */
export const command: { readonly bin: string; readonly engine: string } = {
  bin: fileURLToPath(new URL('../../bin/alexnet.js', import.meta.url)),
  engine: `--backend ${findOneDnn().path ? 'onednn' : 'wasm'}`,
};

/** The arguments of a command, with the backend of the tests where it computes and they name none. */
export function wordsOf(args: string): string[] {
  const computes =
    /^(?!.*--backend )(reproduce|train|evaluate(?!.*--from)|report|figures|import|export)/.test(args);
  return `${args} ${computes ? command.engine : ''}`.split(' ').filter((word) => word !== '');
}

/** Runs the built command in a folder, as a user does. */
export function alexnet(
  cwd: string,
  args: string,
  options: {
    interruptAt?: RegExp;
    interruptWith?: NodeJS.Signals;
    killAfter?: number;
    /** Called with everything printed so far and the process. */
    watch?: (soFar: Ended, child: ChildProcess) => void;
    env?: Record<string, string>;
  } = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [command.bin, ...wordsOf(args)], {
      cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { killAfter, interruptAt, interruptWith = 'SIGINT', watch } = options;
    const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter);
    const ended: Ended = { code: null, stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].on('data', (text) => {
        ended[name] += text;
        watch?.(ended, child);
        if (child.killed || !interruptAt?.test(ended[name])) return; // a second signal would kill it
        child.kill(interruptWith);
      });
    }
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ ...ended, code });
    });
  });
}

/** A new empty folder, and a function that removes it. */
export async function temporaryFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'alexnet-test-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
