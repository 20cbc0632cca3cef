import { runCli } from '../program.js';
import { type Ended, wordsOf } from './alexnet.js';

let isRunning = false;

/**
 * Runs the command in this process and captures what it prints, for calls that are not stopped or killed: a process
 * takes a second to start, and longer until its code is fast.
 *
 * @param cwd The working folder of the command.
 */
export async function inProcess(cwd: string, args: string): Promise<Ended> {
  if (isRunning)
    throw new Error(`inProcess runs one command at a time, because it changes the folder: ${args}`);
  isRunning = true;
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
    ended.code = await runCli(wordsOf(args));
    return ended;
  } finally {
    isRunning = false;
    stdout.write = writes.stdout;
    stderr.write = writes.stderr;
    process.chdir(before);
  }
}
