import type { Device, TowerProgram } from './device.js';
import type { TaskName, TowerTasks, ToTower } from './messages.js';

/** How often a watch looks whether a tower moves. */
const LOOK_MS = 250;

/** Why a tower cannot go on. */
export class TowerError extends Error {
  override name = 'TowerError';

  constructor(
    tower: string,
    reason: string,
    /** The fault is the link's, or the other tower's. */
    readonly isOfLink = false,
  ) {
    super(`${tower}: ${reason}`);
  }
}

/** Options of {@link TowerClient}. */
export interface TowerClientOptions {
  index: 0 | 1;
  device: Device;
  /** How long a tower may work at one thing without a word. */
  stallSeconds: number;
}

/** Asks a tower's program, and watches it. */
export class TowerClient {
  readonly name: string;
  private readonly program: TowerProgram;
  private readonly stallLooks: number;
  private waiting: { resolve: (gives: never) => void; reject: (error: Error) => void } | undefined;
  private doing = 'start';
  private isWaiting = false;
  /** Looks since it last said a word: those of a machine that sleeps are not counted. */
  private quietLooks = 0;
  private failure: TowerError | undefined;
  private readonly watch: NodeJS.Timeout;

  constructor({ index, device, stallSeconds }: TowerClientOptions) {
    this.name = `tower ${'AB'[index]} (${device.name})`;
    this.stallLooks = (stallSeconds * 1000) / LOOK_MS;
    this.program = device.open();
    this.program.onMessage((message) => {
      this.quietLooks = 0;
      if ('doing' in message) {
        this.doing = message.doing;
        this.isWaiting = message.isWaiting;
      } else if ('error' in message) {
        this.settle()?.reject(new TowerError(this.name, message.error, message.isOfLink));
      } else this.settle()?.resolve(message.gives as never);
    });
    this.program.onEnd((reason) => this.fail(`${reason}.`));
    this.watch = setInterval(() => this.look(), LOOK_MS).unref();
  }

  /** Its process; absent for a thread of this one. */
  get pid(): number | undefined {
    return this.program.pid;
  }

  /** @throws TowerError if it could not, has ended, or hangs. */
  ask<Task extends TaskName>(
    task: Task,
    takes: TowerTasks[Task]['takes'],
  ): Promise<TowerTasks[Task]['gives']> {
    if (this.failure) return Promise.reject(this.failure);
    this.quietLooks = 0;
    [this.doing, this.isWaiting] = [task, false];
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.program.post({ task, takes } as ToTower);
    });
  }

  /** Ends its program; resolves once that is gone. */
  async end(): Promise<void> {
    clearInterval(this.watch);
    this.failure ??= new TowerError(this.name, 'has been ended.');
    await this.program.end();
  }

  /** Whoever waits for the other is not to blame, unless the other has long been waiting too. */
  private look(): void {
    if (!this.waiting) return;
    this.quietLooks++;
    if (this.quietLooks < this.stallLooks * (this.isWaiting ? 2 : 1)) return;
    const seconds = ((this.quietLooks * LOOK_MS) / 1000).toFixed(0);
    this.fail(`has not moved for ${seconds} s in its ${this.doing}.`);
  }

  private fail(reason: string): void {
    this.failure ??= new TowerError(this.name, reason);
    this.settle()?.reject(this.failure);
  }

  private settle(): TowerClient['waiting'] {
    const { waiting } = this;
    this.waiting = undefined;
    return waiting;
  }
}
