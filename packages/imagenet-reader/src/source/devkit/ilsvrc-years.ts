import type { Split } from '../ilsvrc-source.js';

/** The files of one year's challenge, under the names with which they were published. */
export interface IlsvrcYear {
  readonly year: 2010 | 2012;
  /** The tars of the splits whose labels were published. */
  readonly archives: { readonly train: string; readonly val: string; readonly test?: string };
  /** The development kit, packed and unpacked. */
  readonly devkits: readonly [archive: string, ...others: string[]];
  /** The field of `meta.mat` that holds the ID of a class. */
  readonly idField: string;
  /** Label files of the splits without class folders, in the devkit's `data/` or next to the archives. */
  readonly labels: { readonly val: string; readonly test?: string };
  /** Archives of images whose labels were never published. */
  readonly unlabelled: readonly string[];
  /** An archive of images that replace images of the same name. */
  readonly patch?: string;
}

/**
 * ILSVRC-2012, and ILSVRC-2010, on which the paper reports its test results (table 1).
 *
 * The names and fields of 2010 are from the readme of its devkit 1.0 and from Fuel's converter
 * (mila-iqia/fuel, `converters/ilsvrc2010.py`): 1,261,406 training, 50,000 validation and 150,000 test
 * images, one label per line in the order of file names, `ILSVRC2010_ID` in `meta.mat`. They were not checked
 * against the archives themselves.
 */
export const ilsvrcYears: readonly IlsvrcYear[] = [
  {
    year: 2012,
    archives: { train: 'ILSVRC2012_img_train.tar', val: 'ILSVRC2012_img_val.tar' },
    devkits: ['ILSVRC2012_devkit_t12.tar.gz', 'ILSVRC2012_devkit_t12'],
    idField: 'ILSVRC2012_ID',
    labels: { val: 'ILSVRC2012_validation_ground_truth.txt' },
    unlabelled: ['ILSVRC2012_img_test.tar', 'ILSVRC2012_img_test_v10102019.tar'],
  },
  {
    year: 2010,
    archives: {
      train: 'ILSVRC2010_images_train.tar',
      val: 'ILSVRC2010_images_val.tar',
      test: 'ILSVRC2010_images_test.tar',
    },
    devkits: ['ILSVRC2010_devkit-1.0.tar.gz', 'devkit-1.0.tar.gz', 'ILSVRC2010_devkit-1.0', 'devkit-1.0'],
    idField: 'ILSVRC2010_ID',
    labels: {
      val: 'ILSVRC2010_validation_ground_truth.txt',
      test: 'ILSVRC2010_test_ground_truth.txt',
    },
    unlabelled: [],
    patch: 'patch_images.tar',
  },
];

/** Other names that people give the folder of a split. */
const ALIASES: Readonly<Record<Split, readonly string[]>> = {
  train: [],
  val: ['valid', 'validation'],
  test: [],
};

/** The archive of a split as published, and the folder that is named after it. */
export function archiveNames(year: IlsvrcYear, split: Split): string[] {
  const archive = year.archives[split];
  return archive ? [archive, archive.replace(/\.tar$/, '')] : [];
}

/** The names that may hold a split's images: its archive, and the folders that it may be unpacked to. */
export function splitNames(year: IlsvrcYear, split: Split): string[] {
  return [...archiveNames(year, split), split, ...ALIASES[split]];
}

/** The names that the folder of a split may have, for any year or none. */
export function splitFolders(split: Split, valFolder?: string): string[] {
  const unpacked = ilsvrcYears.flatMap((year) => archiveNames(year, split).slice(1));
  const first = split === 'val' && valFolder !== undefined ? [valFolder] : [];
  return [...new Set([...first, split, ...unpacked, ...ALIASES[split]])];
}
