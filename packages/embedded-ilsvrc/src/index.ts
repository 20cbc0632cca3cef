export { embeddedClasses } from './classes.js';
export { drawJpeg } from './draw-jpeg.js';
export {
  type EmbeddedIlsvrcCounts,
  type EmbeddedIlsvrcOptions,
  writeEmbeddedIlsvrc,
} from './write-embedded-ilsvrc.js';
