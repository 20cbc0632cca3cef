import { spawn } from 'node:child_process';

/** Options of `runCommand`; `onLine` receives each line of output. */
export interface RunOptions {
  cwd?: string;
  onLine?: (line: string) => void;
}

/** The failure of a command, with its last line of output as the message. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/**
 * Runs a command to its end and returns what it wrote to stdout.
 *
 * @throws CommandError with the last line of output if the command cannot start or its exit code is not 0.
 */
export function runCommand(command: string, args: string[], options: RunOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = { stdout: '', all: '' };
    const hear = (chunk: Buffer): void => {
      output.all += chunk;
      for (const line of String(chunk).split(/[\r\n]+/)) if (line.trim()) options.onLine?.(line.trim());
    };
    child.stdout.on('data', (chunk: Buffer) => {
      output.stdout += chunk;
      hear(chunk);
    });
    child.stderr.on('data', hear);
    child.on('error', (error) => reject(new CommandError(`${command}: ${error.message}`)));
    child.on('close', (code) => {
      if (code === 0) resolve(output.stdout);
      else reject(new CommandError(`${command} ${args.at(-1)}: ${lastLine(output.all, code)}`));
    });
  });
}

function lastLine(text: string, code: number | null): string {
  return text.trim().split('\n').at(-1)?.trim() || `exit code ${code}`;
}
