import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A task that a contestant does once; it answers with the seconds that the task took. */
export interface Request {
  task: string;
  threads: number;
  batch?: number;
  [detail: string]: unknown;
}

/** An answer: seconds, or other numbers by name, or an error. */
export interface Answer {
  seconds?: number;
  error?: string;
  [detail: string]: unknown;
}

/**
 * A program in its own process that runs one sample for each line it is sent and sleeps in between, so that different
 * engines can take turns in one run.
 */
export class Contestant {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  /** The program's own name and version, 'PyTorch 2.6.0'. */
  readonly name: string;

  private constructor(child: ChildProcess, lines: AsyncIterator<string>, name: string) {
    this.#child = child;
    this.#lines = lines;
    this.name = name;
  }

  /** @throws Error with the reason if the program cannot be started or does not name itself. */
  static async start(
    command: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
  ): Promise<Contestant> {
    const child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
    });
    const failed = new Promise<never>((_, reject) => {
      child.once('error', (error) => reject(new Error(`${command} cannot be started: ${error.message}`)));
    });
    failed.catch(() => {});
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
    const first = await Promise.race([lines.next(), failed]);
    if (first.done) throw new Error(`${command} ended before it gave its name`);
    return new Contestant(child, lines, (JSON.parse(first.value) as { name: string }).name);
  }

  /** @throws Error with the program's own error message. */
  async ask(request: Request): Promise<Answer> {
    this.#child.stdin?.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`${this.name} ended in the middle of '${request.task}'`);
    const answer = JSON.parse(value) as Answer;
    if (answer.error !== undefined) throw new Error(`${this.name}: ${answer.error}`);
    return answer;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.stdin?.end();
    await ended;
  }
}
