import { readFile } from 'node:fs/promises';
import { freemem } from 'node:os';

/** Bytes that a program may still take; what the system keeps of files counts as free. */
export async function freeMemory(): Promise<number> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '');
  const kibibytes = /MemAvailable:\s+(\d+) kB/.exec(text)?.[1];
  return kibibytes === undefined ? freemem() : Number(kibibytes) * 1024;
}
