import { imageKind, KIND_BYTES } from './image-bytes.js';
import { isImageName } from './image-names.js';
import type { LeftOutReason } from './left-out.js';

/** Endings of files that lie beside images; such a file is never opened. */
const OTHER_ENDINGS =
  /\.(txt|csv|tsv|xml|jsonl?|ya?ml|toml|ini|cfg|html?|md|rst|tex|log|pdf|rtf|docx?|xlsx?|odt|ods|py|pyc|ipynb|m|sh|bat|js|ts|url|lnk|tar|t?gz|zip|7z|rar|bz2|xz|zst|mat|npy|npz|h5|hdf5|pkl|pickle|pth?|ckpt|onnx|caffemodel|parquet|arrow|feather|db|sqlite3?|lmdb|mdb|idx|index|cls|rgb|sha\d+|md5|torrent|mp3|mp4|m4v|mov|avi|mkv|webm|wav)$/i;
/** Many of these begin as a TIFF does, but the decoder would find only their preview. */
const CAMERA_ENDINGS = /\.(dng|nef|nrw|cr2|cr3|crw|arw|srf|sr2|orf|rw2|raf|pef|srw|x3f|3fr|iiq|kdc|dcr)$/i;
const UNREAD_ENDINGS =
  /\.(bmp|dib|p[pgbn]m|pfm|hei[cf]|jp2|j2k|j2c|jpx|jpf|jxl|jxr|psd|xcf|ico|cur|svgz?|eps|exr|hdr|tga|pcx|sgi|ras|qoi|dcm)$/i;
/** How files of the formats that are not read begin. */
const UNREAD_STARTS =
  /^(BM.{12}[(l|]|8BPS|\xff\n|qoif|v\/1|P[1-7]\s|.{4}(jP {2}|JXL |ftyp(hei|hev|mif1|msf1)))/s;
/** Folders and files that systems leave beside images. */
const SYSTEM_NAMES = /^(__MACOSX|@eaDir|\$RECYCLE\.BIN|lost\+found|Thumbs\.db|desktop\.ini)$/i;

/** Whether a file or folder is hidden, or left there by an operating system. */
export function isHiddenName(name: string): boolean {
  return name.startsWith('.') || SYSTEM_NAMES.test(name);
}

/** Whether a file's ending says that it is not an image. */
export function isOtherName(name: string): boolean {
  return OTHER_ENDINGS.test(name);
}

/**
 * Why a file is left out; undefined for an image that is read. An ending that is known decides. A file with
 * another ending, or with none, is judged by its first bytes.
 *
 * @param first Reads the beginning of the file: 64 bytes, or fewer if it is shorter.
 */
export async function whyLeftOut(
  name: string,
  first: () => Promise<Buffer>,
): Promise<LeftOutReason | undefined> {
  if (isHiddenName(name)) return 'hidden';
  if (isImageName(name)) return undefined;
  if (isOtherName(name)) return 'notAnImage';
  if (CAMERA_ENDINGS.test(name)) return 'formatNotRead';
  const bytes = await first().catch(() => undefined);
  if (!bytes) return 'unreadable';
  if (imageKind(bytes.subarray(0, KIND_BYTES))) return undefined;
  const isImage = UNREAD_ENDINGS.test(name) || UNREAD_STARTS.test(bytes.toString('latin1'));
  return isImage ? 'formatNotRead' : 'notAnImage';
}
