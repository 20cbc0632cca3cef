import { imageKind, KIND_BYTES } from './image-bytes.js';
import { isImageName } from './image-names.js';
import type { LeftOutReason } from './left-out.js';

/** Endings of files that lie beside images; such a file is never opened. */
const OTHER_ENDINGS = endings(
  'txt csv tsv xml json jsonl yaml yml toml ini cfg html htm md rst tex log pdf rtf doc docx xls xlsx odt ods',
  'py pyc ipynb m sh bat js ts url lnk tar gz tgz zip 7z rar bz2 xz zst md5 sha1 sha256 torrent',
  'mat npy npz h5 hdf5 pkl pickle pt pth ckpt onnx caffemodel parquet arrow feather db sqlite sqlite3 lmdb mdb',
  'idx index cls rgb mp3 wav mp4 m4v mov avi mkv webm',
);
/** Files of cameras begin as a TIFF does, but the decoder would find only their preview. */
const CAMERA_ENDINGS = endings('dng nef nrw cr2 cr3 crw arw srf sr2 orf rw2 raf pef srw x3f 3fr iiq kdc dcr');
const UNREAD_ENDINGS = endings(
  'bmp dib ppm pgm pbm pnm pfm heic heif jp2 j2k j2c jpx jpf jxl jxr psd xcf ico cur svg svgz eps exr hdr',
  'tga pcx sgi ras qoi dcm',
);
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
  return OTHER_ENDINGS.has(endingOf(name));
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
  if (CAMERA_ENDINGS.has(endingOf(name))) return 'formatNotRead';
  const bytes = await first().catch(() => undefined);
  if (!bytes) return 'unreadable';
  if (imageKind(bytes.subarray(0, KIND_BYTES))) return undefined;
  const isImage = UNREAD_ENDINGS.has(endingOf(name)) || UNREAD_STARTS.test(bytes.toString('latin1'));
  return isImage ? 'formatNotRead' : 'notAnImage';
}

function endings(...lists: string[]): ReadonlySet<string> {
  return new Set(lists.flatMap((list) => list.split(' ')));
}

function endingOf(name: string): string {
  return name.includes('.') ? name.slice(name.lastIndexOf('.') + 1).toLowerCase() : '';
}
