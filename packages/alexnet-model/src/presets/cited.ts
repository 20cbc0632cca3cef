/** The works that presets cite; a citation begins with one of these names. */
export const works = {
  paper:
    'Krizhevsky, Sutskever, Hinton 2012: ImageNet Classification with Deep Convolutional Neural Networks',
  original: 'the original program of 2012, https://github.com/computerhistory/AlexNet-Source-Code',
  cc2: 'cuda-convnet2, https://github.com/akrizhevsky/cuda-convnet2',
  caffe: 'https://github.com/BVLC/caffe',
  torchvision: 'https://github.com/pytorch/vision',
  pytorch: 'https://github.com/pytorch/pytorch',
  ours: 'a choice of this project, where the others say nothing',
} as const;

/** The source of a value: a work and a section or file in it, such as 'paper sec. 5'. */
export type Source = `${keyof typeof works} ${string}`;

/** A value with its source. */
type Cited<T> = readonly [value: T, source: Source];

/** Values that have a single citation, which are all but groups and lists of groups. */
type Leaf = string | number | boolean | null | readonly (string | number)[];

/** Settings in which no value can be written without its source. */
export type CitedTree<T> = T extends Leaf
  ? Cited<T>
  : T extends readonly (infer Item)[]
    ? readonly CitedTree<Item>[]
    : { readonly [Key in keyof T]: CitedTree<T[Key]> };

/** The sources of settings, each in the place of its value. */
export type SourcesOf<T> = T extends Leaf
  ? Source
  : T extends readonly (infer Item)[]
    ? readonly SourcesOf<Item>[]
    : { readonly [Key in keyof T]: SourcesOf<T[Key]> };

/** Gives every value in a group the same source. */
export function cite<T>(source: Source, group: T): CitedTree<T> {
  return (
    isLeaf(group) ? [group, source] : mapEntries(group, (inner) => cite(source, inner))
  ) as CitedTree<T>;
}

/** The values of a cited tree, without their sources; frozen. */
export function valuesOf<T>(tree: CitedTree<T>): T {
  const values = isCited(tree) ? tree[0] : mapEntries(tree, valuesOf);
  return Object.freeze(values) as T;
}

/** The sources of a cited tree, without their values; frozen. */
export function sourcesOf<T>(tree: CitedTree<T>): SourcesOf<T> {
  const sources = isCited(tree) ? tree[1] : mapEntries(tree, sourcesOf);
  return Object.freeze(sources) as SourcesOf<T>;
}

/** Whether a value has a citation of its own. */
export function isLeaf(value: unknown): value is Leaf {
  if (typeof value !== 'object' || value === null) return true;
  return Array.isArray(value) && value.every((item) => typeof item !== 'object');
}

/**
 * Whether a node is a value with its source. In a cited tree, a list of strings or numbers only occurs inside
 * such a pair.
 */
function isCited(tree: unknown): tree is Cited<unknown> {
  return Array.isArray(tree) && tree.length === 2 && typeof tree[1] === 'string';
}

function mapEntries(group: unknown, map: (inner: never) => unknown): unknown {
  if (Array.isArray(group)) return group.map((inner) => map(inner as never));
  const entries = Object.entries(group as object).map(([key, inner]) => [key, map(inner as never)]);
  return Object.fromEntries(entries);
}
