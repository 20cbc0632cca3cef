import { registeredBackend } from './register.js';

/**
 * Gives unused native memory back to the system until at most `bytes` are held.
 *
 * @returns the number of bytes given back.
 * @throws Error if the backend is not registered; RangeError unless `bytes` is a number >= 0.
 */
export function trimOneDnnMemory(bytes = 0): number {
  if (!(bytes >= 0)) throw new RangeError(`bytes must be a number >= 0 (trimOneDnnMemory), got ${bytes}.`);
  const pool = registeredBackend()?.pool;
  if (!pool) {
    throw new Error('The onednn backend is not registered (trimOneDnnMemory): call registerOneDnnBackend().');
  }
  const before = pool.held;
  pool.trim(bytes);
  return before - pool.held;
}
