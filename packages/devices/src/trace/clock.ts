import type { Watch } from '@alexnet/alexnet-model';
import type { DeviceLink } from '../links/device-link.js';
import type { FromTower, Span } from '../protocol/messages.js';

/** Tells the host what a tower does now: whoever says nothing for long is taken to hang. */
export type Tell = (news: FromTower & { doing: string }) => void;

/** Milliseconds of the clock that all threads and processes of a machine share; it knows nothing of the time of day. */
export function machineTime(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Takes the time of what a tower does, and tells of it. */
export class Clock {
  #spans: Span[] = [];
  readonly #link: DeviceLink;
  readonly #tell: Tell;

  constructor(link: DeviceLink, tell: Tell) {
    this.#link = link;
    this.#tell = tell;
  }

  /** For the steps of a `TowerPart`. */
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

  /** The spans since they were last taken. */
  take(): Span[] {
    const spans = this.#spans;
    this.#spans = [];
    return spans;
  }
}
