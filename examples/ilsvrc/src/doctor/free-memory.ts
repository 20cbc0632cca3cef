import { readFile } from 'node:fs/promises';
import { freemem } from 'node:os';

/** The memory in bytes that a program can still use. The file cache of the system counts as free. */
export async function freeMemory(): Promise<number> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '');
  const kibibytes = /MemAvailable:\s+(\d+) kB/.exec(text)?.[1];
  return kibibytes === undefined ? freemem() : Number(kibibytes) * 1024;
}
