import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { embeddedClasses } from './classes.js';
import { packTar } from './pack-tar.js';
import { type MatValue, writeMat5 } from './write-mat5.js';

/** Groups of classes: the inner nodes of the devkit's tree, numbered after the classes as in the original. */
const groups: readonly { wnid: string; words: string; gloss: string; members: readonly number[] }[] = [
  { wnid: 'n90001011', words: 'ball', gloss: 'a round plaything', members: [1, 2] },
  { wnid: 'n90001045', words: 'vase', gloss: 'an open jar for flowers', members: [3, 4] },
  { wnid: 'n90001102', words: 'leaf, leafage', gloss: 'an organ of a plant', members: [5, 6] },
  { wnid: 'n90001178', words: 'house', gloss: 'a building to live in', members: [7, 8] },
];

const readme = `The development kit of the data set that @alexnet/ilsvrc draws itself. Its form is that of
ILSVRC2012_devkit_t12: data/meta.mat describes the classes, data/ILSVRC2012_validation_ground_truth.txt
holds one ILSVRC2012_ID a line for ILSVRC2012_val_00000001.JPEG and on. None of its images is a photograph.
`;

/** The bytes of ILSVRC2012_devkit_t12.tar.gz; `validationIds` are ILSVRC2012_IDs in the order of the images. */
export async function embeddedDevkit(
  trainPerClass: number,
  validationIds: ArrayLike<number>,
): Promise<Buffer> {
  const truth = Array.from(validationIds, (id) => `${id}\n`).join('');
  const tar = await packTar([
    { name: 'ILSVRC2012_devkit_t12/readme.txt', data: Buffer.from(readme) },
    { name: 'ILSVRC2012_devkit_t12/data/meta.mat', data: writeMat5('synsets', synsets(trainPerClass)) },
    {
      name: 'ILSVRC2012_devkit_t12/data/ILSVRC2012_validation_ground_truth.txt',
      data: Buffer.from(truth),
    },
  ]);
  return promisify(gzip)(tar);
}

/** The rows of `synsets`: first the classes, then the groups, which have children and no images of their own. */
function synsets(trainPerClass: number): Record<string, MatValue>[] {
  const leaves = embeddedClasses.map(({ wnid, words, gloss }, i) => ({
    ILSVRC2012_ID: i + 1,
    WNID: wnid,
    words,
    gloss,
    num_children: 0,
    children: [],
    wordnet_height: 0,
    num_train_images: trainPerClass,
  }));
  const inner = groups.map(({ wnid, words, gloss, members }, i) => ({
    ILSVRC2012_ID: embeddedClasses.length + i + 1,
    WNID: wnid,
    words,
    gloss,
    num_children: members.length,
    children: members,
    wordnet_height: 1,
    num_train_images: 0,
  }));
  return [...leaves, ...inner];
}
