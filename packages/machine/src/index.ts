export { cpuCount } from './cpu-count.js';
export { type Memory, memory } from './memory.js';
export { type TemporaryFolderOptions, temporaryFolder } from './temporary-folder.js';
