import type { CropView } from '@alexnet/ten-crop';
import { damagedImage, isEntry } from '../prepared/prepared-entry.js';
import { type IndexEntry, IndexReader } from '../prepared/shard-index.js';
import type { BatchJob, BatchPlan } from './batch-plan.js';
import { JpegDecoder } from './jpeg-decoder.js';
import type { AnyBatch } from './raw-batch.js';
import { ShardFiles } from './shard-files.js';
import { ViewFuser } from './view-fuser.js';

/** Makes the batches of a plan in the current thread. */
export class BatchMaker {
  readonly #plan: BatchPlan;
  readonly #index: IndexReader;
  readonly #files: ShardFiles = new ShardFiles();
  readonly #fuser: ViewFuser;
  readonly #jpeg: JpegDecoder | undefined;
  readonly #spare: SharedArrayBuffer[] = [];
  #file: Buffer = Buffer.alloc(0);

  constructor(plan: BatchPlan) {
    this.#plan = plan;
    this.#index = IndexReader.ofWords(plan.index);
    this.#fuser = new ViewFuser(plan.size, plan.cropSize, plan.change);
    this.#jpeg = plan.format === 'jpg' ? new JpegDecoder(plan.size) : undefined;
  }

  /** @throws Error that names the shard if an image cannot be read. */
  make(job: BatchJob): AnyBatch {
    const { cropSize: side } = this.#plan;
    const rows = job.views.length;
    const pixels = this.#memory(rows * side * side * 3);
    const labels = new Int32Array(rows);
    const batch: AnyBatch = { pixels, labels, indices: job.images, shape: [rows, side, side, 3] };
    for (let i = 0; i < job.images.length; i++) {
      const entry = this.#index.at(job.images[i] as number);
      this.#load(job.images[i] as number, entry);
      this.#fill(batch, job, i, entry);
    }
    return batch;
  }

  /** Takes back the memory of a batch that is no longer needed. */
  recycle({ pixels }: AnyBatch): void {
    this.#spare.push(pixels.buffer as SharedArrayBuffer);
  }

  close(): void {
    this.#files.close();
  }

  /** Loads an image into the fuser. */
  #load(image: number, entry: IndexEntry): void {
    const { length } = this.#fuser.entry;
    const bytes = this.#jpeg
      ? this.#bytes(512 + entry.size)
      : this.#fuser.entry.subarray(0, 512 + entry.size);
    this.#files.read(this.#shard(entry), entry.block * 512, bytes);
    try {
      if (!this.#jpeg && bytes.length !== length) throw new Error(`it holds ${entry.size} bytes`);
      if (!isEntry(bytes, entry)) throw new Error('the index points elsewhere');
      this.#jpeg?.decode(bytes.subarray(512), this.#fuser.pixels);
    } catch (error) {
      throw damagedImage(this.#shard(entry), this.#plan.split, image, error);
    }
  }

  #bytes(length: number): Buffer {
    if (length > this.#file.length) this.#file = Buffer.allocUnsafeSlow(length * 2);
    return this.#file.subarray(0, length);
  }

  /** Writes the label and the views of the image in the fuser. */
  #fill(
    { pixels, labels }: AnyBatch,
    { images, views, shifts }: BatchJob,
    i: number,
    entry: IndexEntry,
  ): void {
    const each = views.length / images.length;
    const length = this.#plan.cropSize ** 2 * 3;
    const shift = shifts.subarray(i * 3, i * 3 + 3);
    for (let row = i * each; row < (i + 1) * each; row++) {
      const view = views[row] as CropView;
      labels[row] = entry.label;
      if (pixels instanceof Float32Array) this.#fuser.fuse(pixels, row * length, view, shift);
      else this.#fuser.cut(pixels, row * length, view);
    }
  }

  #shard({ shard }: IndexEntry): string {
    return this.#plan.shards[shard] ?? '';
  }

  #memory(length: number): Float32Array | Uint8Array {
    const isFloat = this.#plan.dtype === 'float32';
    const bytes = isFloat ? length * 4 : length;
    const memory = this.#plan.isReused ? this.#sharedMemory(bytes) : new ArrayBuffer(bytes);
    return isFloat ? new Float32Array(memory) : new Uint8Array(memory);
  }

  #sharedMemory(bytes: number): SharedArrayBuffer {
    const spare = this.#spare.findIndex(({ byteLength }) => byteLength === bytes);
    return spare < 0 ? new SharedArrayBuffer(bytes) : (this.#spare.splice(spare, 1)[0] as SharedArrayBuffer);
  }
}
