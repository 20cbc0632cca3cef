import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** The part of all processor time, 0 to 1, that other programs take during one second in which this process sleeps. */
export async function takenByOthers(): Promise<number> {
  const before = times();
  await sleep(1000);
  const after = times();
  const total = after.total - before.total;
  return total > 0 ? 1 - (after.idle - before.idle) / total : 0;
}

function times(): { idle: number; total: number } {
  let idle = 0;
  let total = 0;
  for (const { times } of cpus()) {
    idle += times.idle;
    total += times.idle + times.user + times.nice + times.sys + times.irq;
  }
  return { idle, total };
}
