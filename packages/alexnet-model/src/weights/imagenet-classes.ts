/** A class of ILSVRC-2012. */
export interface ImagenetClass {
  /** WordNet ID, such as `n01440764`. */
  readonly wnid: string;
  /** The words of the synset, such as `tench, Tinca tinca`. */
  readonly words: string;
  /** The number of the class in ILSVRC's devkit and submissions, from 1. */
  readonly ilsvrc2012Id: number;
}

/**
 * The 1000 classes of ILSVRC-2012 in the order of their WordNet IDs, which is the order of the outputs of
 * published weights. ILSVRC's devkit has another, that of `ilsvrc2012Id`. The list has 35 kB, so it is loaded when
 * it is asked for.
 *
 * @example
 * const classes = await imagenetClasses();
 * const [best] = await tf.topk(probabilities, 1).indices.data();
 * console.log(classes[best].words); // tench, Tinca tinca
 */
export async function imagenetClasses(): Promise<readonly ImagenetClass[]> {
  const { imagenetSynsets } = await import('./imagenet-synsets.js');
  return imagenetSynsets.split('\n').map((line) => {
    const [wnid = '', id, ...words] = line.split(' ');
    return { wnid, words: words.join(' '), ilsvrc2012Id: Number(id) };
  });
}
