export { cpuCount } from './cpu-count.js';
export { type Memory, memory } from './memory.js';
export { temporaryFolder } from './temporary-folder.js';
