import { parentPort } from 'node:worker_threads';
import { runTower } from './run-tower.js';

// The program of a tower on a thread of the host process.
const port = parentPort;
if (!port) throw new Error('entry-thread.cjs must run as a worker thread');
runTower({
  post: (message, transfer = []) => port.postMessage(message, transfer),
  onMessage: (listener) => {
    port.on('message', listener);
  },
});
