import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import { codeOf } from '../write-error.js';

/** What tells one process from all others, on this machine and on others that share its disk. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /**
   * Where process IDs mean the same: the boot and the namespace of process IDs on Linux, where a container
   * has its own, else the host. Undefined if Linux does not tell.
   */
  readonly realm?: string;
  /** When the process started, in clock ticks since the boot, as process IDs are reused. Only Linux tells. */
  readonly started?: string;
}

/** Whether a process lives; `unknown` if it cannot be seen from here. */
export type Life = 'alive' | 'dead' | 'unknown';

export async function ownIdentity(): Promise<ProcessIdentity> {
  const { pid } = process;
  const [realm, started] = [await ownRealm(), await startOf(pid)];
  return { pid, host: os.hostname(), ...(realm && { realm }), ...(started && { started }) };
}

export async function lifeOf({ pid, realm, started }: ProcessIdentity): Promise<Life> {
  if (realm === undefined || realm !== (await ownRealm())) return 'unknown';
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return 'dead';
  }
  if (started === undefined) return 'unknown'; // the ID may belong to a later process
  return (await startOf(pid)) === started ? 'alive' : 'dead';
}

async function ownRealm(): Promise<string | undefined> {
  if (process.platform !== 'linux') return os.hostname();
  try {
    const boot = await fs.readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    return `${boot.trim()} ${await fs.readlink('/proc/self/ns/pid')}`;
  } catch {
    return undefined;
  }
}

/**
 * Undefined also for a zombie, which was killed and has no parent that asks for its end, as in many
 * containers.
 */
async function startOf(pid: number): Promise<string | undefined> {
  try {
    const stat = await fs.readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // after the name, which may contain spaces
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
