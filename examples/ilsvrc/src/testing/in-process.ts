import { runCli } from '../program.js';
import type { Ended } from './alexnet.js';

/**
 * Runs the command in this process and captures what it prints. For calls that end without training: starting
 * a process takes over a second.
 *
 * @param cwd The working folder of the command.
 */
export async function inProcess(cwd: string, args: string): Promise<Ended> {
  const { stdout, stderr } = process;
  const ended: Ended = { code: null, stdout: '', stderr: '' };
  const writes = { stdout: stdout.write, stderr: stderr.write };
  const before = process.cwd();
  process.chdir(cwd);
  for (const name of ['stdout', 'stderr'] as const) {
    process[name].write = (text: string | Uint8Array): boolean => {
      ended[name] += text.toString();
      return true;
    };
  }
  try {
    ended.code = await runCli(args.split(' ').filter((arg) => arg !== ''));
    return ended;
  } finally {
    stdout.write = writes.stdout;
    stderr.write = writes.stderr;
    process.chdir(before);
  }
}
