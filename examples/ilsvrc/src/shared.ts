/** What other programs of the examples use of this one: `@alexnet/ilsvrc/shared`. */
export { oneLine, UsageError } from './cli/errors.js';
export { duration, percent } from './cli/format.js';
export { type Progress, progress } from './cli/progress.js';
export { say, sayPart } from './cli/say.js';
export { figure3, figure4Left, figure4Right } from './report/draw-figures.js';
export { drawSvg } from './report/draw-svg.js';
export { type BackendChoice, backendChoices, startBackend } from './run/start-backend.js';
export { versions } from './run/versions.js';
