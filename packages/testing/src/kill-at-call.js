// Loaded before a program: kills it (kill -9) right before the n-th change of a file, n = KILL_AT_CALL.
import { promises } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

let left = Number(process.env.KILL_AT_CALL);
for (const name of ['mkdir', 'rename', 'rm', 'rmdir', 'truncate', 'writeFile', 'open']) {
  const original = promises[name];
  promises[name] = (...args) => {
    const changes = name !== 'open' || /[wa+]/.test(String(args[1]));
    if (changes && left-- === 0) process.kill(process.pid, 'SIGKILL');
    return original(...args);
  };
}
syncBuiltinESMExports();
