import type { Device, TowerProgram } from './devices/device.js';
import type { TaskName, ToTower, TowerTasks } from './protocol/messages.js';

/** How often a watch looks whether a tower moves. */
const LOOK_MS = 250;
/** How long it may be silent where nothing is computed: its program is loaded, its backend started, its weights travel. */
const TRAVEL_SECONDS = 60;
const travels: readonly TaskName[] = ['start', 'link', 'clock', 'load', 'collect'];

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

/** Options of {@link TowerProxy}. */
export interface TowerProxyOptions {
  index: 0 | 1;
  device: Device;
  /** How long a tower may work at one thing without a word. */
  stallSeconds: number;
}

/** A task that the tower has not answered yet. */
interface PendingTask {
  resolve: (gives: never) => void;
  reject: (error: Error) => void;
}

/** Asks a tower's program, and watches it. */
export class TowerProxy {
  readonly name: string;
  readonly #program: TowerProgram;
  readonly #stallSeconds: number;
  /** Looks that it may be silent in this task. */
  #stallLooks = 0;
  #waiting: PendingTask | undefined;
  #doing = 'start';
  #isWaiting = false;
  /** Looks since it last said a word: those of a machine that sleeps are not counted. */
  #quietLooks = 0;
  /** Looks since it began what it does. */
  #sameLooks = 0;
  #failure: TowerError | undefined;
  readonly #watch: NodeJS.Timeout;

  constructor({ index, device, stallSeconds }: TowerProxyOptions) {
    this.name = `tower ${'AB'[index]} (${device.name})`;
    this.#stallSeconds = stallSeconds;
    this.#program = device.open();
    this.#program.onMessage((message) => {
      this.#quietLooks = 0;
      if ('doing' in message) {
        if (message.doing !== this.#doing) this.#sameLooks = 0;
        this.#doing = message.doing;
        this.#isWaiting = message.isWaiting;
      } else if ('error' in message) {
        this.#settle()?.reject(new TowerError(this.name, message.error, message.isOfLink));
      } else this.#settle()?.resolve(message.gives as never);
    });
    this.#program.onEnd((reason) => this.#fail(`${reason}.`));
    this.#watch = setInterval(() => this.#look(), LOOK_MS).unref();
  }

  /** Its process; absent for a thread of this one. */
  get pid(): number | undefined {
    return this.#program.pid;
  }

  /** Its name where it is served; absent on this machine. */
  get run(): string | undefined {
    return this.#program.run;
  }

  /** @throws TowerError if it could not, has ended, or hangs. */
  ask<Task extends TaskName>(
    task: Task,
    takes: TowerTasks[Task]['takes'],
  ): Promise<TowerTasks[Task]['gives']> {
    if (this.#failure) return Promise.reject(this.#failure);
    const seconds = travels.includes(task)
      ? Math.max(TRAVEL_SECONDS, this.#stallSeconds)
      : this.#stallSeconds;
    this.#stallLooks = (seconds * 1000) / LOOK_MS;
    [this.#quietLooks, this.#sameLooks] = [0, 0];
    [this.#doing, this.#isWaiting] = [task, false];
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#program.post({ task, takes } as ToTower);
    });
  }

  /** Asks for the last thing, if it can still be asked: what comes of it is all the same. */
  async say(task: 'end'): Promise<void> {
    if (this.#failure || this.#waiting) return;
    await this.ask(task, undefined).catch(() => {});
  }

  /** Ends its program; resolves once that is gone. */
  async end(): Promise<void> {
    clearInterval(this.#watch);
    this.#failure ??= new TowerError(this.name, 'has been ended.');
    await this.#program.end();
  }

  /** Whoever waits for the other says so all the time; it is not to blame, unless the other has long been waiting too. */
  #look(): void {
    if (!this.#waiting) return;
    this.#quietLooks++;
    this.#sameLooks++;
    const seconds = (looks: number): string => ((looks * LOOK_MS) / 1000).toFixed(0);
    if (this.#quietLooks >= this.#stallLooks) {
      const said = `has not moved for ${seconds(this.#quietLooks)} s in its ${this.#doing}`;
      this.#fail(`${said}; a device that is slower needs more stallSeconds.`);
    } else if (this.#isWaiting && this.#sameLooks >= 2 * this.#stallLooks) {
      this.#fail(`has waited for ${seconds(this.#sameLooks)} s for the other tower in its ${this.#doing}.`);
    }
  }

  #fail(reason: string): void {
    this.#failure ??= new TowerError(this.name, reason);
    this.#settle()?.reject(this.#failure);
  }

  #settle(): PendingTask | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting;
  }
}
