import { runTower } from './run-tower.js';

// The program of a tower in a process of its own. It ends with the one that started it, however that ended.
if (!process.send) throw new Error('entry-process.js must be started with a channel to its parent');
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {}); // for the parent, which says how to end
process.on('disconnect', () => process.exit());
runTower({
  post: (message) => process.send?.(message),
  onMessage: (listener) => {
    process.on('message', listener);
  },
});
