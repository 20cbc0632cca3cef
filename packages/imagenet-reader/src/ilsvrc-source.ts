/** A class: its WordNet ID (or folder name), and what it is called. */
export interface ImageClass {
  readonly wnid: string;
  readonly words: string;
}

/** The two splits of a data set. */
export type Split = 'train' | 'val';

/** A picture of a source, not yet read. */
export interface SourceImage {
  /** File name, `n01440764_10026.JPEG`. */
  readonly name: string;
  /** 0-based label: an index into `classes`. */
  readonly label: number;
  /** The whole path, through the tars, for errors. */
  readonly location: string;
  /** The bytes of the file. */
  read(): Promise<Buffer>;
}

/** A data set as it comes, opened by `openIlsvrc`. */
export interface IlsvrcSource {
  /**
   * `tars`: as downloaded; `folders`: unpacked, with a devkit; `kaggle`: `ILSVRC/Data/CLS-LOC` with its tables; `classes`:
   * `train/<class>/*` and `val/<class>/*`.
   */
  readonly layout: 'tars' | 'folders' | 'kaggle' | 'classes';
  readonly path: string;
  /** By label. With a devkit, label + 1 is the ILSVRC2012_ID; otherwise folder names in order. */
  readonly classes: readonly ImageClass[];
  readonly counts: Readonly<Record<Split, number>>;
  /** Files that are no pictures by their name, left out: hidden files, lists of boxes, ... */
  readonly ignoredFiles: number;
  /** The pictures in a fixed order: by label, then name, for `train`; by name, or as `train`, for `val`. */
  images(split: Split): AsyncIterable<SourceImage>;
  close(): Promise<void>;
}
