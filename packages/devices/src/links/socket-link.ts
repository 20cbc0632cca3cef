import { connect, createServer, type Socket } from 'node:net';
import type { DeviceLink } from './device-link.js';
import { LinkError } from './link-error.js';

/** How long the two may take to connect. */
const PATIENCE_MS = 20_000;
/** How often it reports that it is waiting. */
const BEAT_MS = 200;

/**
 * Links two processes by a socket. Values are sent as they are in memory, so both machines must have the same
 * byte order.
 */
export class SocketLink implements DeviceLink {
  waited = 0;
  sent = 0;
  whileWaiting = (): void => {};
  readonly #socket: Socket;
  readonly #arrived: Buffer[] = [];
  #length = 0;
  #wake: (() => void) | undefined;
  #failure: LinkError | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (piece) => {
      this.#arrived.push(piece);
      this.#length += piece.length;
      this.#wake?.();
    });
    socket.on('error', ({ message }) => this.#fail(`the link to the other tower broke: ${message}.`));
    socket.on('close', () => this.#fail('the other tower is gone.'));
  }

  /** The end that listens, at the path of a local socket. */
  static async listen(path: string): Promise<() => Promise<SocketLink>> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
    const found = new Promise<Socket>((resolve, reject) => {
      const timer = setTimeout(() => reject(new LinkError('the other tower did not connect.')), PATIENCE_MS);
      server.once('connection', (socket) => {
        clearTimeout(timer);
        resolve(socket);
      });
    });
    found.catch(() => {}).finally(() => server.close());
    return async () => new SocketLink(await found);
  }

  /** The end that connects. */
  static async connect(path: string): Promise<SocketLink> {
    const socket = connect(path);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', ({ message }) =>
        reject(new LinkError(`cannot connect to the other tower: ${message}.`)),
      );
    });
    return new SocketLink(socket);
  }

  async send(values: Float32Array): Promise<void> {
    if (this.#failure) throw this.#failure;
    const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    await this.#alive(
      new Promise<void>((resolve, reject) => {
        this.#socket.write(bytes, (error) => {
          if (error) reject(this.#failure ?? new LinkError(`the other tower is gone: ${error.message}.`));
          else resolve();
        });
      }),
    );
    this.sent += bytes.length;
  }

  async receive(size: number): Promise<Float32Array> {
    const values = new Float32Array(size);
    const bytes = Buffer.from(values.buffer);
    for (let filled = 0; filled < bytes.length; ) {
      if (this.#length === 0) await this.#next();
      const piece = this.#arrived.shift() as Buffer;
      const taken = piece.copy(bytes, filled);
      if (taken < piece.length) this.#arrived.unshift(piece.subarray(taken));
      filled += taken;
      this.#length -= taken;
    }
    return values;
  }

  close(): void {
    this.#socket.destroy();
  }

  /** Waits until something arrives. */
  async #next(): Promise<void> {
    if (this.#failure) throw this.#failure;
    await this.#alive(
      new Promise<void>((resolve) => {
        this.#wake = resolve;
      }),
    );
    this.#wake = undefined;
    if (this.#length === 0 && this.#failure) throw this.#failure;
  }

  /** Waits for the other end to send or to read, and reports that this end is alive. */
  async #alive(work: Promise<void>): Promise<void> {
    const startedAt = performance.now();
    const beat = setInterval(() => this.whileWaiting(), BEAT_MS);
    await work.finally(() => clearInterval(beat));
    this.waited += performance.now() - startedAt;
  }

  #fail(reason: string): void {
    this.#failure ??= new LinkError(reason);
    this.#wake?.();
  }
}
