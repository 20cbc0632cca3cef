import type { FileMetaData, SchemaElement, SchemaTree } from 'hyparquet';
import { printable } from '../printable.js';

/** The columns of a table of images, as paths of names. */
export interface TableColumns {
  /** The bytes of an image's file. */
  readonly image: readonly string[];
  /** The name of that file, if there is such a column. */
  readonly name: readonly string[] | undefined;
  readonly label: readonly [string];
  /** The names of the classes by label, if the file tells them. */
  readonly classes: readonly string[] | undefined;
}

/** Names that come first if several columns are images or labels. */
const IMAGES = ['image', 'img'];
const LABELS = ['label', 'fine_label', 'labels', 'cls', 'class', 'target'];

/**
 * Finds the columns of images and labels. Hugging Face's `datasets` writes an image as a structure of `bytes`
 * and `path`, and the features of all columns as JSON under the key `huggingface`. A plain column of bytes is
 * an image if it is called `image` or `img`.
 *
 * @throws Error that names the file and its columns if there are none, or none can be chosen.
 */
export function tableColumns(tree: SchemaTree, metadata: FileMetaData, path: string): TableColumns {
  const columns = tree.children;
  const names = columns.map(({ element }) => printable(String(element.name))).join(', ');
  const image = chosen(columns.filter(isImage), IMAGES);
  if (!image) {
    throw new Error(
      `${path} has no column of images, or several; it must be called ${IMAGES.join(' or ')}, got ${names}.`,
    );
  }
  const features = featuresOf(metadata);
  const numbers = columns.filter(({ element }) => element.type === 'INT64' || element.type === 'INT32');
  const classLabels = numbers.filter(({ element }) => features[element.name]?._type === 'ClassLabel');
  const label = chosen(classLabels, LABELS) ?? numbers.find(({ element }) => LABELS.includes(element.name));
  if (!label) {
    throw new Error(
      `${path} has no column of labels; it must hold whole numbers and be called ${LABELS.join(' or ')}, got ${names}.`,
    );
  }
  const classes = features[label.element.name]?.names;
  return {
    image: child(image, 'bytes')?.path ?? image.path,
    name: child(image, 'path')?.path,
    label: [label.element.name],
    classes: isNames(classes) ? classes : undefined,
  };
}

/** The schema of some columns only. */
export function onlyColumns(tree: SchemaTree, columns: readonly (readonly string[])[]): SchemaElement[] {
  const { children, element, path } = tree;
  if (children.length === 0) return columns.some((column) => column.join() === path.join()) ? [element] : [];
  const kept = children.map((inner) => onlyColumns(inner, columns)).filter((elements) => elements.length > 0);
  return kept.length === 0 ? [] : [{ ...element, num_children: kept.length }, ...kept.flat()];
}

/** The first column with one of the names, or else the only one. */
function chosen(columns: readonly SchemaTree[], names: readonly string[]): SchemaTree | undefined {
  for (const name of names) {
    const named = columns.find(({ element }) => element.name === name);
    if (named) return named;
  }
  return columns.length === 1 ? columns[0] : undefined;
}

function isImage(column: SchemaTree): boolean {
  if (column.children.length > 0) return child(column, 'bytes')?.element.type === 'BYTE_ARRAY';
  return (
    column.element.type === 'BYTE_ARRAY' && !isText(column.element) && IMAGES.includes(column.element.name)
  );
}

function isText({ converted_type, logical_type }: SchemaElement): boolean {
  return converted_type === 'UTF8' || logical_type?.type === 'STRING';
}

function child(column: SchemaTree, name: string): SchemaTree | undefined {
  return column.children.find(({ element, children }) => element.name === name && children.length === 0);
}

type Features = Readonly<Record<string, { readonly _type?: unknown; readonly names?: unknown } | undefined>>;

/** What `datasets` says about the columns; empty if another program wrote the file. */
function featuresOf({ key_value_metadata }: FileMetaData): Features {
  const text = key_value_metadata?.find(({ key }) => key === 'huggingface')?.value;
  if (text === undefined) return {};
  try {
    const features: unknown = JSON.parse(text)?.info?.features;
    return typeof features === 'object' && features !== null ? (features as Features) : {};
  } catch {
    return {}; // the columns still tell what they are
  }
}

function isNames(names: unknown): names is string[] {
  return Array.isArray(names) && names.length > 0 && names.every((name) => typeof name === 'string');
}
