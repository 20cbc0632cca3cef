import type { Device, TowerProgram } from './devices/device.js';
import type { TaskName, ToTower, TowerTasks } from './protocol/messages.js';

/** How often the host checks whether a tower is alive. */
const CHECK_MS = 250;
/** How long a tower may be silent while its program or its backend starts or its weights are transferred. */
const TRAVEL_SECONDS = 60;
const travels: readonly TaskName[] = ['start', 'link', 'clock', 'load', 'collect'];

/** Thrown when a tower fails. The message names the tower, its device and the reason. */
export class TowerError extends Error {
  override name = 'TowerError';

  constructor(
    tower: string,
    reason: string,
    /** True if the link or the other tower is at fault. */
    readonly isOfLink = false,
  ) {
    super(`${tower}: ${reason}`);
  }
}

/** Options of {@link TowerProxy}. */
export interface TowerProxyOptions {
  index: 0 | 1;
  device: Device;
  /** How long a tower may be silent. */
  stallSeconds: number;
}

/** A task that the tower has not answered yet. */
interface PendingTask {
  resolve: (gives: never) => void;
  reject: (error: Error) => void;
}

/** Stands for a tower in the host process: sends it tasks and checks that it is alive. */
export class TowerProxy {
  readonly name: string;
  readonly #program: TowerProgram;
  readonly #stallSeconds: number;
  /** The number of checks for which the tower may be silent in the current task. */
  #allowedChecks = 0;
  #pending: PendingTask | undefined;
  #doing = 'start';
  #isWaiting = false;
  /**
   * Checks since the tower's last message. Counts checks, not seconds, so a sleeping machine does not count.
   */
  #silentChecks = 0;
  /** Checks since the tower began its current activity. */
  #activityChecks = 0;
  #failure: TowerError | undefined;
  readonly #timer: NodeJS.Timeout;

  constructor({ index, device, stallSeconds }: TowerProxyOptions) {
    this.name = `tower ${'AB'[index]} (${device.name})`;
    this.#stallSeconds = stallSeconds;
    this.#program = device.open();
    this.#program.onMessage((message) => {
      this.#silentChecks = 0;
      if ('doing' in message) {
        if (message.doing !== this.#doing) this.#activityChecks = 0;
        this.#doing = message.doing;
        this.#isWaiting = message.isWaiting;
      } else if ('error' in message) {
        this.#settle()?.reject(new TowerError(this.name, message.error, message.isOfLink));
      } else this.#settle()?.resolve(message.gives as never);
    });
    this.#program.onEnd((reason) => this.#fail(`${reason}.`));
    this.#timer = setInterval(() => this.#check(), CHECK_MS).unref();
  }

  /** Its process id; absent for a thread of this process. */
  get pid(): number | undefined {
    return this.#program.pid;
  }

  /** The id of its run on the machine that serves it; absent on this machine. */
  get run(): string | undefined {
    return this.#program.run;
  }

  /** @throws TowerError if the task fails, or the tower has ended or hangs. */
  ask<Task extends TaskName>(
    task: Task,
    takes: TowerTasks[Task]['takes'],
  ): Promise<TowerTasks[Task]['gives']> {
    if (this.#failure) return Promise.reject(this.#failure);
    const seconds = travels.includes(task)
      ? Math.max(TRAVEL_SECONDS, this.#stallSeconds)
      : this.#stallSeconds;
    this.#allowedChecks = (seconds * 1000) / CHECK_MS;
    [this.#silentChecks, this.#activityChecks] = [0, 0];
    [this.#doing, this.#isWaiting] = [task, false];
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject };
      this.#program.post({ task, takes } as ToTower);
    });
  }

  /** Asks the tower to free its memory, if it can still be asked. The outcome is ignored. */
  async dispose(): Promise<void> {
    if (this.#failure || this.#pending) return;
    await this.ask('end', undefined).catch(() => {});
  }

  /** Ends its program. Resolves once the program is gone. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    this.#failure ??= new TowerError(this.name, 'it has been closed.');
    await this.#program.end();
  }

  /** A tower that waits for its peer keeps reporting. It fails only after twice the allowed silence. */
  #check(): void {
    if (!this.#pending) return;
    this.#silentChecks++;
    this.#activityChecks++;
    const seconds = (checks: number): string => ((checks * CHECK_MS) / 1000).toFixed(0);
    if (this.#silentChecks >= this.#allowedChecks) {
      const silence = `it was silent for ${seconds(this.#silentChecks)} s in '${this.#doing}'`;
      this.#fail(`${silence}; raise stallSeconds if the device is slow.`);
    } else if (this.#isWaiting && this.#activityChecks >= 2 * this.#allowedChecks) {
      this.#fail(`it waited ${seconds(this.#activityChecks)} s for the other tower in '${this.#doing}'.`);
    }
  }

  #fail(reason: string): void {
    this.#failure ??= new TowerError(this.name, reason);
    this.#settle()?.reject(this.#failure);
  }

  #settle(): PendingTask | undefined {
    const pending = this.#pending;
    this.#pending = undefined;
    return pending;
  }
}
