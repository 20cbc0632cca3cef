export { type Lock, type LockOptions, takeLock } from './lock/take-lock.js';
export { PartialFile } from './partial-file.js';
export { replaceFile } from './replace-file.js';
export { replaceFolder, wholeFolder } from './replace-folder.js';
export { syncFolder } from './sync.js';
export { writeWhole } from './write-whole.js';
