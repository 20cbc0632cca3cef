import type { Classifier } from './classify-files.js';

/** A class as it is printed. */
export interface NamedClass {
  readonly wnid?: string;
  readonly words: string;
}

/** A classifier and the classes of its outputs. */
export interface NamedClassifier extends Classifier {
  readonly classes: readonly NamedClass[];
}
