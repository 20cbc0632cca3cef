export { PartialFile } from './partial-file.js';
export { writeWhole } from './write-whole.js';
