import { runTower } from './run-tower.js';

// The program of a tower in a child process. It ends when its parent ends, however the parent ended.
if (!process.send) throw new Error('entry-process.cjs must be started with a channel to its parent');
// The parent decides how to end
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
process.on('disconnect', () => process.exit());
runTower({
  post: (message) => process.send?.(message),
  onMessage: (listener) => {
    process.on('message', listener);
  },
});
