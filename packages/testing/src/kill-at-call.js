// Loaded before a program to kill it (kill -9) right before its n-th change of a file, where n is KILL_AT_CALL.
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
