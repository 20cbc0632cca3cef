import { RgbCovariance } from '@alexnet/augment-pca';
import { splits } from '../source/ilsvrc-source.js';
import { metaText, PREPARED_KIND, PREPARED_VERSION, type PreparedMeta } from './prepared-meta.js';

/** Parses and checks `meta.json`. @throws Error of one line that names the file and the field. */
export function checkMeta(text: string, file: string): PreparedMeta {
  const meta = parse(text, file);
  if (meta.kind !== PREPARED_KIND) throw new Error(`${file} was not written by prepare.`);
  if (meta.version !== PREPARED_VERSION) {
    throw new Error(
      `${file} has version ${String(meta.version)} but this program reads version ${PREPARED_VERSION}; prepare it again.`,
    );
  }
  const wrong = Object.keys(rules).find((field) => rules[field]?.(meta[field]) !== true);
  if (wrong !== undefined)
    throw new Error(`${file} is damaged: field ${wrong} is missing or wrong; prepare it again.`);
  if (metaText(meta as unknown as PreparedMeta) !== text)
    throw new Error(`${file} is damaged: its checksum is wrong; prepare it again.`);
  return meta as unknown as PreparedMeta;
}

type Json = Record<string, unknown>;

const rules: Readonly<Record<string, (value: unknown) => boolean>> = {
  size: isCount,
  format: (value) => value === 'jpg' || value === 'rgb',
  shardImages: isCount,
  pictures: isHash,
  classes: (value) => isList(value, (item) => isText(item.wnid) && isText(item.words)),
  channelMeans: isTriple,
  meanImage: isFileName,
  meanImageSha256: isHash,
  pca: (value) => {
    const pca = toObject(value);
    const rows = pca.eigenvectors;
    return isTriple(pca.eigenvalues) && Array.isArray(rows) && rows.length === 3 && rows.every(isTriple);
  },
  covariance: (value) => {
    try {
      return RgbCovariance.fromJSON(value as never).count > 0;
    } catch {
      return false;
    }
  },
  splits: (value) => {
    const there = toObject(value);
    return (
      isSplit(there.train) && splits.every((split) => there[split] === undefined || isSplit(there[split]))
    );
  },
  skipped: Array.isArray,
  checksum: isHash,
};

function parse(text: string, file: string): Json {
  try {
    return toObject(JSON.parse(text));
  } catch (error) {
    throw new Error(`${file} is damaged: it is not JSON; prepare the folder again.`, { cause: error });
  }
}

function isSplit(value: unknown): boolean {
  const { images, index, indexSha256, shards } = toObject(value);
  return (
    isCount(images) &&
    isFileName(index) &&
    isHash(indexSha256) &&
    isList(
      shards,
      ({ file, bytes, images: count, sha256 }) =>
        isFileName(file) && isCount(bytes) && isCount(count) && isHash(sha256),
    )
  );
}

function toObject(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function isList(value: unknown, isItem: (item: Json) => boolean): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((item) => isItem(toObject(item)));
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

/** A name inside the folder, not a path that leads out of it. */
function isFileName(value: unknown): boolean {
  return typeof value === 'string' && /^[\w-][\w.-]*$/.test(value);
}

function isHash(value: unknown): boolean {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 1;
}

function isTriple(value: unknown): boolean {
  return Array.isArray(value) && value.length === 3 && value.every(Number.isFinite);
}
