export { cacheFolder } from './cache-folder.js';
export { type FetchWeightsOptions, fetchWeights } from './fetch-weights.js';
export { type PublishedFile, type PublishedName, publishedFile, publishedWeights } from './published-file.js';
