import { describeValue } from '@alexnet/validate';

/** A file of weights on the web, whose name has the first digits of its SHA-256, as PyTorch's files do. */
export interface PublishedFile {
  readonly url: string;
  /** The name of the file, such as `alexnet-owt-7be5be79.pth`. */
  readonly file: string;
  /** The first hexadecimal digits of its SHA-256, at least eight. */
  readonly sha256: string;
}

/**
 * The weights that are known by a name. `torchvision`: AlexNet of torchvision, `IMAGENET1K_V1`, 233 MB, a net of
 * one tower without LRN ("One weird trick", arXiv:1404.5997), whose top-1 and top-5 accuracy on the validation
 * images of ILSVRC-2012 are given as 56.522% and 79.066%.
 *
 * @see https://docs.pytorch.org/vision/stable/models/generated/torchvision.models.alexnet.html
 */
export const publishedWeights = {
  torchvision: 'https://download.pytorch.org/models/alexnet-owt-7be5be79.pth',
} as const;

/** A name in {@link publishedWeights}. */
export type PublishedName = keyof typeof publishedWeights;

/** Eight digits and more before the ending, as in PyTorch's hub. */
const HASH = /-([0-9a-f]{8,64})\.\w+$/;

/**
 * The file of a name in {@link publishedWeights}, or of a URL.
 *
 * @param mirror The URL of a folder that has the same files; it replaces the folder of the URL.
 * @throws RangeError if the name is not known, or the name of the URL's file does not end with the first digits
 *   of its SHA-256.
 */
export function publishedFile(nameOrUrl: string, mirror?: string): PublishedFile {
  const isName = typeof nameOrUrl === 'string' && Object.hasOwn(publishedWeights, nameOrUrl);
  const given = isName ? publishedWeights[nameOrUrl as PublishedName] : nameOrUrl;
  const names = Object.keys(publishedWeights).join(', ');
  const url = webAddress(given, `weights must be ${names} or a URL that begins with http:// or https://`);
  const file = url.pathname.slice(url.pathname.lastIndexOf('/') + 1);
  const sha256 = HASH.exec(file)?.[1];
  if (sha256 === undefined) {
    throw new RangeError(
      `the file of ${url.href} must have the first digits of its SHA-256 in its name, as in alexnet-owt-7be5be79.pth, so that its bytes can be checked; fetch it by other means and use the file.`,
    );
  }
  return { url: mirror ? mirrored(mirror, file) : url.href, file, sha256 };
}

function mirrored(mirror: string, file: string): string {
  const folder = webAddress(mirror, 'ALEXNET_WEIGHTS_URL must begin with http:// or https://');
  if (!folder.pathname.endsWith('/')) folder.pathname += '/';
  return new URL(file, folder).href;
}

function webAddress(value: unknown, rule: string): URL {
  if (typeof value === 'string' && /^https?:/i.test(value) && URL.canParse(value)) return new URL(value);
  throw new RangeError(`${rule}, got ${describeValue(value)}.`);
}
