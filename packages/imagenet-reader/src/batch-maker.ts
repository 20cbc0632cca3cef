import type { CropView } from '@alexnet/ten-crop';
import pMap from 'p-map';
import type { BatchJob, BatchPlan } from './batch-plan.js';
import { damagedPicture, isEntry } from './prepared-entry.js';
import type { BatchArrays } from './raw-batch.js';
import { ShardFiles } from './shard-files.js';
import { type IndexEntry, IndexReader } from './shard-index.js';
import { ViewFuser } from './view-fuser.js';

/** JPEGs in work at a time: while one is decoded in the thread pool, this thread fuses another. */
const DECODING = 4;

/** Makes the batches of a plan in the thread that it is in. */
export class BatchMaker {
  readonly #plan: BatchPlan;
  readonly #index: IndexReader;
  readonly #files: ShardFiles = new ShardFiles();
  readonly #fuser: ViewFuser;
  readonly #spare: ArrayBuffer[] = [];

  constructor(plan: BatchPlan) {
    this.#plan = plan;
    this.#index = IndexReader.ofWords(plan.index);
    this.#fuser = new ViewFuser(plan.size, plan.cropSize, plan.change);
  }

  /** @throws Error that names the shard, if a picture cannot be read. */
  async make(job: BatchJob, signal: AbortSignal): Promise<BatchArrays> {
    const { cropSize: side, format } = this.#plan;
    const rows = job.views.length;
    const pixels = this.#memory(rows * side * side * 3);
    const labels = new Int32Array(rows);
    const batch: BatchArrays = { pixels, labels, indices: job.images, shape: [rows, side, side, 3] };
    if (format === 'rgb') for (let i = 0; i < job.images.length; i++) this.#copyPicture(batch, job, i);
    else await this.#decodePictures(batch, job, signal);
    return batch;
  }

  /** Takes memory that a batch no longer needs. */
  recycle(memory: ArrayBuffer): void {
    this.#spare.push(memory);
  }

  close(): void {
    this.#files.close();
  }

  #copyPicture(batch: BatchArrays, job: BatchJob, i: number): void {
    const image = job.images[i] as number;
    const entry = this.#index.at(image);
    const { entry: bytes } = this.#fuser;
    if (bytes.length !== 512 + entry.size) {
      throw this.#damaged(image, entry, new Error(`it holds ${entry.size} bytes`));
    }
    this.#read(image, entry, bytes);
    this.#fill(batch, job, i, entry);
  }

  async #decodePictures(batch: BatchArrays, job: BatchJob, signal: AbortSignal): Promise<void> {
    const { decodePixels } = await import('./image-format.js'); // raw pictures need no decoder
    const { size, format } = this.#plan;
    const decode = async (image: number, i: number): Promise<void> => {
      const entry = this.#index.at(image);
      const bytes = Buffer.allocUnsafe(512 + entry.size);
      this.#read(image, entry, bytes);
      try {
        this.#fuser.pixels.set(await decodePixels(bytes.subarray(512), size, format));
      } catch (error) {
        throw this.#damaged(image, entry, error);
      }
      this.#fill(batch, job, i, entry);
    };
    await pMap(job.images, decode, { concurrency: DECODING, signal });
  }

  /** Writes the label and the views of the picture that the fuser holds. */
  #fill(
    { pixels, labels }: BatchArrays,
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

  #read(image: number, entry: IndexEntry, target: Buffer): void {
    this.#files.read(this.#shard(entry), entry.block * 512, target);
    if (!isEntry(target, entry)) throw this.#damaged(image, entry, new Error('the index points elsewhere'));
  }

  #damaged(image: number, entry: IndexEntry, cause: unknown): Error {
    return damagedPicture(this.#shard(entry), this.#plan.split, image, cause);
  }

  #shard({ shard }: IndexEntry): string {
    return this.#plan.shards[shard] ?? '';
  }

  #memory(length: number): Float32Array | Uint8Array {
    const isFloat = this.#plan.dtype === 'float32';
    const bytes = isFloat ? length * 4 : length;
    const spare = this.#spare.findIndex(({ byteLength }) => byteLength === bytes);
    const memory = spare < 0 ? new ArrayBuffer(bytes) : (this.#spare.splice(spare, 1)[0] as ArrayBuffer);
    return isFloat ? new Float32Array(memory) : new Uint8Array(memory);
  }
}
