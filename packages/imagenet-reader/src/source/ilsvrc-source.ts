import type { LeftOut } from './left-out.js';

/** A class: its WordNet ID or folder name, and its name in words. */
export interface ImageClass {
  readonly wnid: string;
  readonly words: string;
}

/** The splits that a data set may have, in the order in which they are prepared. */
export const splits = ['train', 'val', 'test'] as const;

/** A split. `test` has labels only if they were published, as for ILSVRC-2010. */
export type Split = (typeof splits)[number];

/**
 * The file in which `prepare` describes its output. A source made of prepared shards reads its classes from
 * it.
 */
export const META_FILE = 'meta.json';

/** Bytes of a file: the whole file, or a range inside a tar or another container. */
export interface FileRange {
  readonly file: string;
  readonly range?: { readonly offset: number; readonly size: number };
  /**
   * Present if the range holds raw pixels instead of an image's file: all red values, then green, then blue.
   * They are read as a PNG.
   */
  readonly planes?: { readonly width: number; readonly height: number };
  /** In place of a range, the row of a Parquet file: the number of its row group, and its index in there. */
  readonly row?: { readonly group: number; readonly index: number };
}

/** An image of a source, not yet read: plain data, so another process can read it. */
export interface SourceImage {
  /** File name, `n01440764_10026.JPEG`. */
  readonly name: string;
  /** 0-based label: an index into `classes`. */
  readonly label: number;
  /** The full path, through nested tars, for use in messages. */
  readonly location: string;
  /** Where the bytes of the file are. */
  readonly bytes: FileRange;
}

/** A data set in one of its published layouts, opened by `openIlsvrc`. */
export interface IlsvrcSource {
  /**
   * `tars`: as downloaded. `folders`: unpacked, with a devkit. `kaggle`: `ILSVRC/Data/CLS-LOC` with its
   * tables. `classes`: `train/<class>/*` and `val/<class>/*`. `webdataset`: shards of images with `.cls` or
   * `.json`. `flat`: files named `<wnid>_<name>`. `cifar`: the batches of CIFAR-10 or CIFAR-100.
   * `parquet`: Parquet files as Hugging Face has them.
   */
  readonly layout: 'tars' | 'folders' | 'kaggle' | 'classes' | 'webdataset' | 'flat' | 'cifar' | 'parquet';
  readonly path: string;
  /**
   * The classes by label. With a devkit, label + 1 is the ILSVRC2012_ID or ILSVRC2010_ID; otherwise labels
   * follow the order of names, or are those of the shards. Published ImageNet weights follow the sorted
   * WordNet IDs: permute their outputs with `classPermutation` of `@alexnet/alexnet-model`.
   */
  readonly classes: readonly ImageClass[];
  /** Number of images in each split; 0 for a missing split. */
  readonly counts: Readonly<Record<Split, number>>;
  /**
   * One line for each file that is missing from this layout, or is left out because it has no labels. Empty
   * for a complete data set.
   */
  readonly missing: readonly string[];
  /** The files in the folders and tars of the splits that are not among the images, counted by reason. */
  readonly leftOut: readonly LeftOut[];
  /** Number of files in {@link IlsvrcSource.leftOut}. */
  readonly ignoredFiles: number;
  /**
   * The images from number `from` (default 0) on, in a fixed order. `train` is ordered by label and then
   * name. The other splits are ordered by name, or like `train` if they have class folders. Shards and batches keep their
   * own order.
   */
  images(split: Split, from?: number): AsyncIterable<SourceImage>;
  /** The bytes of an image's file. @throws Error of one line that names the image and the reason. */
  read(image: SourceImage): Promise<Buffer>;
  close(): Promise<void>;
}
