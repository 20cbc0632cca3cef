import { type Pack, pack } from 'tar-stream';

/** A file of a tar. */
export interface TarFile {
  readonly name: string;
  readonly data: Buffer;
}

/** One date for every file, so that the same contents give the same bytes. */
const written = new Date(Date.UTC(2012, 9, 13)); // 13 October 2012: ILSVRC-2012's results are announced

/** Adds a file to a tar that is being written; resolves once the stream has taken it. */
export function addFile(tar: Pack, { name, data }: TarFile): Promise<void> {
  return new Promise((resolve, reject) => {
    const header = { name, size: data.length, mtime: written, mode: 0o644 };
    const entry = tar.entry(header, data, (error) => (error ? reject(error) : resolve()));
    entry.on('error', reject); // the reader of the tar failed, on a full disk say
  });
}

/** The bytes of a tar that holds the given files. */
export async function packTar(files: readonly TarFile[]): Promise<Buffer> {
  const tar = pack();
  const bytes = collect(tar);
  for (const file of files) await addFile(tar, file);
  tar.finalize();
  return bytes;
}

async function collect(tar: Pack): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
