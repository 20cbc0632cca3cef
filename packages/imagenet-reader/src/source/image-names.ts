const IMAGE = /\.(jpe?g|jpe|jfif|pjpe?g|pjp|png|webp|gif|tiff?|avif)$/i;

/** Whether a file is an image by its name; hidden files, as macOS leaves in archives, are not. */
export function isImageName(name: string): boolean {
  return IMAGE.test(name) && !name.startsWith('.');
}

/** Orders names by UTF-16 unit, the same on every machine. */
export function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
