import type { Socket } from 'node:net';
import { deserialize, serialize } from 'node:v8';

/** How long a connection is idle before TCP checks whether the peer still exists. */
const KEEP_ALIVE_MS = 10_000;
/** Bytes of the field that holds a message's length. */
const HEAD = 8;

/**
 * Sends and receives messages over a socket: the length, then the message as V8 serializes it. Trusted peers
 * only.
 */
export class SocketPort<In, Out> {
  readonly #socket: Socket;
  readonly #onMessage: (message: In) => void;
  #pieces: Buffer[] = [];
  #length = 0;
  #needed = HEAD;
  #isBody = false;

  constructor(socket: Socket, onMessage: (message: In) => void) {
    this.#socket = socket;
    this.#onMessage = onMessage;
    socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS);
    socket.on('data', (piece) => this.#take(piece));
    socket.resume();
  }

  post(message: Out): void {
    const body = serialize(message);
    const head = Buffer.alloc(HEAD);
    head.writeBigUInt64LE(BigInt(body.length));
    this.#socket.write(head);
    this.#socket.write(body);
  }

  #take(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#length += piece.length;
    while (this.#length >= this.#needed) {
      const all = this.#pieces.length === 1 ? (this.#pieces[0] as Buffer) : Buffer.concat(this.#pieces);
      const [part, rest] = [all.subarray(0, this.#needed), all.subarray(this.#needed)];
      this.#pieces = rest.length > 0 ? [rest] : [];
      this.#length = rest.length;
      this.#isBody = !this.#isBody;
      if (this.#isBody) this.#needed = Number(part.readBigUInt64LE());
      else {
        this.#needed = HEAD;
        this.#onMessage(deserialize(part) as In);
      }
    }
  }
}
