/** A class: its WordNet ID (or folder name), and what it is called. */
export interface ImageClass {
  readonly wnid: string;
  readonly words: string;
}

/** The splits a data set may have, in the order in which they are prepared. */
export const splits = ['train', 'val', 'test'] as const;

/** A split: `test` has labels only where they were published, as ILSVRC-2010's. */
export type Split = (typeof splits)[number];

/** The file in which `prepare` describes what it wrote; its classes are read again with the shards beside it. */
export const META_FILE = 'meta.json';

/** Bytes of a file: all of it, or a range inside a tar. */
export interface FileRange {
  readonly file: string;
  readonly range?: { readonly offset: number; readonly size: number };
}

/** An image of a source, not yet read: plain data, so another process can read it. */
export interface SourceImage {
  /** File name, `n01440764_10026.JPEG`. */
  readonly name: string;
  /** 0-based label: an index into `classes`. */
  readonly label: number;
  /** The whole path, through the tars, for errors. */
  readonly location: string;
  readonly bytes: FileRange;
}

/** A data set as it comes, opened by `openIlsvrc`. */
export interface IlsvrcSource {
  /**
   * `tars`: as downloaded; `folders`: unpacked, with a devkit; `kaggle`: `ILSVRC/Data/CLS-LOC` with its tables; `classes`:
   * `train/<class>/*` and `val/<class>/*`; `webdataset`: shards of images with `.cls` or `.json`; `flat`: `<wnid>_<name>`.
   */
  readonly layout: 'tars' | 'folders' | 'kaggle' | 'classes' | 'webdataset' | 'flat';
  readonly path: string;
  /** By label. With a devkit, label + 1 is the ILSVRC2012_ID (2010_ID); otherwise names in order, or the shards' own labels. */
  readonly classes: readonly ImageClass[];
  /** Images of each split; 0 for one that is not there. */
  readonly counts: Readonly<Record<Split, number>>;
  /**
   * What a whole data set of this layout would have and this one has not, and what lies there without labels: a line each that
   * names the file, none for a whole one.
   */
  readonly missing: readonly string[];
  /** Files that are no images by their name, left out: hidden files, lists of boxes, ... */
  readonly ignoredFiles: number;
  /**
   * The images from number `from` (0) on, in a fixed order: by label, then name, for `train`; by name, or as `train`, for the
   * others; as they lie, for shards.
   */
  images(split: Split, from?: number): AsyncIterable<SourceImage>;
  /** The bytes of an image's file. @throws Error of one line that names the image and the reason. */
  read(image: SourceImage): Promise<Buffer>;
  close(): Promise<void>;
}
