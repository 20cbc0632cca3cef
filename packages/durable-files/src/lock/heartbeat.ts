import * as threads from 'node:worker_threads';
import { beatDigits, beatOffset, type LockHolder } from './lock-file.js';

/**
 * The program of the heartbeat. It is text, so that it also runs from a program bundled into one file, and
 * its calls are synchronous, as the threads of asynchronous ones may be busy. A beat that fails is tried
 * again at the next one: the disk may be out of reach for a moment, and a lock that was lost is found by
 * `Lock.check`.
 */
const program = `
  const { workerData: { file, token, digits, offset, ms } } = require('node:worker_threads');
  const { closeSync, openSync, readFileSync, writeSync } = require('node:fs');
  let beat = 0;
  setInterval(() => {
    try {
      if (JSON.parse(readFileSync(file, 'utf8')).token !== token) return;
      const lock = openSync(file, 'r+');
      try {
        writeSync(lock, String(++beat).padStart(digits), offset);
      } finally {
        closeSync(lock);
      }
    } catch {}
  }, ms);
`;

/**
 * Counts up the beat in a lock file until it is stopped. It has a thread of its own, since the event loop may
 * be busy for minutes, and it keeps no program alive.
 */
export function startHeartbeat(file: string, { token, beatSeconds }: LockHolder): () => Promise<unknown> {
  const workerData = { file, token, digits: beatDigits, offset: beatOffset, ms: beatSeconds * 1000 };
  // neither options of Node nor modules that the program preloads belong in this thread
  const worker = new threads.Worker(program, { eval: true, workerData, execArgv: [], env: {} });
  worker.unref();
  return () => worker.terminate();
}
