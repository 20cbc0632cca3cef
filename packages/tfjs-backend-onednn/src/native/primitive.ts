import type { Address, OneDnnApi, Struct } from '../library/c-api.js';
import { executeArgumentBytes } from '../library/constants.js';
import { checkStatus } from '../library/onednn-error.js';

/** A dnnl memory object and its argument number. */
export interface PrimitiveArgument {
  argument: number;
  memory: Address;
}

/** What a {@link Primitive} is made of; it owns the handle and the memory objects. */
export interface PrimitiveParts {
  api: OneDnnApi;
  stream: Address;
  /** The name of the operation, for errors. */
  operation: string;
  handle: Address;
  /** `dnnl_primitive_execute`, with what this operation needs around it. */
  execute: OneDnnApi['primitiveExecute'];
  /** One argument for each address that `run` receives, without data yet. */
  args: readonly PrimitiveArgument[];
  /** Further arguments, whose data is never read. */
  unread: readonly PrimitiveArgument[];
}

/** A compiled oneDNN operation on fixed shapes, run on raw addresses. */
export class Primitive {
  readonly #api: OneDnnApi;
  readonly #stream: Address;
  readonly #operation: string;
  readonly #handle: Address;
  readonly #execute: OneDnnApi['primitiveExecute'];
  readonly #memories: readonly Address[];
  readonly #unread: readonly Address[];
  readonly #count: number;
  readonly #last: Address[];
  readonly #arguments: Struct;

  constructor({ api, stream, operation, handle, execute, args, unread }: PrimitiveParts) {
    this.#api = api;
    this.#stream = stream;
    this.#operation = operation;
    this.#handle = handle;
    this.#execute = execute;
    this.#memories = args.map(({ memory }) => memory);
    this.#unread = unread.map(({ memory }) => memory);
    this.#last = args.map(() => 0n);
    this.#count = args.length + unread.length;
    this.#arguments = new Uint8Array(this.#count * executeArgumentBytes);
    const view = new DataView(this.#arguments.buffer);
    [...args, ...unread].forEach(({ argument, memory }, i) => {
      view.setInt32(i * executeArgumentBytes, argument, true);
      view.setBigUint64(i * executeArgumentBytes + 8, memory, true);
    });
  }

  /**
   * Runs the operation to its end, with one address for each argument in the order of declaration.
   *
   * @throws OneDnnError if oneDNN refuses.
   */
  run(...addresses: Address[]): void {
    if (addresses.length !== this.#memories.length) {
      throw new RangeError(
        `addresses must have length ${this.#memories.length} (${this.#operation}), got ${addresses.length}.`,
      );
    }
    this.#memories.forEach((memory, i) => {
      const address = addresses[i] as Address;
      if (address === this.#last[i]) return;
      checkStatus(this.#operation, this.#api.memorySetDataHandle(memory, address));
      this.#last[i] = address;
    });
    const status = this.#execute(this.#handle, this.#stream, this.#count, this.#arguments);
    checkStatus(this.#operation, status);
  }

  /** Frees the native objects; the primitive must not be run again. */
  destroy(): void {
    this.#api.primitiveDestroy(this.#handle);
    for (const memory of [...this.#memories, ...this.#unread]) this.#api.memoryDestroy(memory);
  }
}
