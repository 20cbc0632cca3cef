import type { Watch } from '@alexnet/alexnet-model';
import type { DeviceLink } from '../links/device-link.js';
import type { FromTower, Span } from '../protocol/messages.js';

/** Tells the host what a tower is doing now. A tower that is silent for too long is treated as hung. */
export type Tell = (news: FromTower & { doing: string }) => void;

/**
 * Milliseconds of the monotonic clock that all threads and processes of a machine share. Not the time of day.
 */
export function machineTime(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Measures each activity of a tower and tells the host about it. */
export class Clock {
  #spans: Span[] = [];
  readonly #link: DeviceLink;
  readonly #tell: Tell;

  constructor(link: DeviceLink, tell: Tell) {
    this.#link = link;
    this.#tell = tell;
  }

  /** The watch that a `TowerPart` calls for each activity. */
  readonly watch: Watch = ({ what, where }, work) => this.time(what, where, work);

  async time<T>(what: Span['what'], where: string, work: () => T | Promise<T>): Promise<T> {
    const isWaiting = what === 'receive' || what === 'send';
    const news = { doing: where ? `${what} ${where}` : what, isWaiting };
    this.#tell(news);
    this.#link.whileWaiting = () => this.#tell(news);
    const { waited, sent } = this.#link;
    const begin = machineTime();
    const result = await work();
    this.#spans.push({
      what,
      where,
      begin,
      milliseconds: machineTime() - begin,
      waited: this.#link.waited - waited,
      bytes: this.#link.sent - sent,
    });
    return result;
  }

  /** Returns and forgets the spans measured so far. */
  take(): Span[] {
    const spans = this.#spans;
    this.#spans = [];
    return spans;
  }
}
