/** An image's name and, inside a tar, its range of bytes. */
export interface ListedImage {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

/**
 * Names and byte ranges of images in flat arrays that grow by half: some 45 bytes an image, however many
 * there are.
 */
export class ImageList {
  #names: Buffer = Buffer.alloc(1024);
  #ends: Uint32Array = new Uint32Array(32);
  #ranges: Float64Array = new Float64Array(64);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Appends an image; `offset` and `size` are its byte range inside a tar. */
  add(name: string, offset = 0, size = 0): void {
    const i = this.#count++;
    const start = this.#start(i);
    const end = start + Buffer.byteLength(name);
    if (end > this.#names.length) this.#names = grown(this.#names, Buffer.alloc(roomFor(end)));
    if (i >= this.#ends.length) {
      this.#ends = grown(this.#ends, new Uint32Array(roomFor(i + 1)));
      this.#ranges = grown(this.#ranges, new Float64Array(2 * this.#ends.length));
    }
    this.#names.write(name, start);
    this.#ends[i] = end;
    this.#ranges.set([offset, size], 2 * i);
  }

  at(i: number): ListedImage {
    const name = this.#names.toString('utf8', this.#start(i), this.#ends[i]);
    return { name, offset: this.#ranges[2 * i] ?? 0, size: this.#ranges[2 * i + 1] ?? 0 };
  }

  /** The same images in the order of their names' bytes, the same on every machine. */
  sortedByName(): ImageList {
    const order = Uint32Array.from({ length: this.#count }, (_, i) => i);
    const isSorted = order.every((i) => i === 0 || this.#compare(i - 1, i) <= 0);
    if (isSorted) return this;
    const sorted = new ImageList();
    for (const i of order.sort((a, b) => this.#compare(a, b) || a - b)) {
      const { name, offset, size } = this.at(i);
      sorted.add(name, offset, size);
    }
    return sorted;
  }

  #start(i: number): number {
    return i === 0 ? 0 : (this.#ends[i - 1] ?? 0);
  }

  #compare(a: number, b: number): number {
    const names = this.#names;
    return names.compare(names, this.#start(b), this.#ends[b], this.#start(a), this.#ends[a]);
  }
}

function roomFor(count: number): number {
  return Math.ceil(count * 1.5);
}

function grown<T extends Uint8Array | Uint32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
