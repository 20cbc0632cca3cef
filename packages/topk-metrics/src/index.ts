export { averagePredictions } from './average-predictions.js';
export { readGroundTruth, writeSubmission } from './submission.js';
export { type Probabilities, TopKError, topKError } from './top-k-error.js';
export { topLabels } from './top-labels.js';
