import type { ByteSource } from '../byte-source.js';
import type { SourceImage } from '../ilsvrc-source.js';
import { type ImageGroup, imageGroup } from '../image-group.js';
import { type FoundImages, tarImages } from './tar-splits.js';

/** Images that replace others, by name. */
export type Patches = ReadonlyMap<string, SourceImage>;

/**
 * Reads `patch_images.tar`, the correct versions of images that are blank or only a banner in ILSVRC-2010's
 * archives.
 */
export async function readPatches(source: ByteSource, signal?: AbortSignal): Promise<Patches> {
  const { list } = await tarImages(source, { signal });
  const group = imageGroup(list, { location: source.path, tar: source.path, labels: 0 });
  return new Map([...group.images()].map((image) => [image.name, image]));
}

/** The same images, labels and order, with patched images read from the patch. */
export function patchedImages({ groups, leftOut }: FoundImages, patches: Patches): FoundImages {
  return { groups: patches.size === 0 ? groups : groups.map((group) => patched(group, patches)), leftOut };
}

function patched(group: ImageGroup, patches: Patches): ImageGroup {
  return {
    count: group.count,
    *images(from) {
      for (const image of group.images(from)) {
        const patch = patches.get(image.name);
        yield patch ? { ...patch, label: image.label } : image;
      }
    },
  };
}
