// The order of rooms, checked by npm run lint: an import may only lead to a lower floor, and none leads in a circle.

/** Packages, the lowest floor first: a package imports only from floors below its own. */
const floors = [
  ['validate', 'durable-files', 'tfjs-backend-onednn'],
  ['random', 'lrn', 'overlapping-pool', 'grouped-conv', 'topk-metrics', 'sgd-momentum-trainer', 'backends'],
  ['dropout', 'ten-crop', 'augment-pca', 'embedded-ilsvrc'],
  ['layers', 'imagenet-reader'],
  ['alexnet-model'],
  ['recipe', 'devices'],
];
/** Folders inside a package, the lowest first. */
const rooms = {
  'packages/imagenet-reader/src': ['source', 'prepared', 'batches'],
  'packages/alexnet-model/src': ['presets', 'weights'],
  'examples/ilsvrc/src': ['cli', 'data', 'run', 'evaluate', 'train', 'commands'],
};

const inPackage = (names) => `^packages/(${names.join('|')})/src/`;
const noUp = (name, from, to) => ({ name, severity: 'error', from: { path: from }, to: { path: to } });

export default {
  forbidden: [
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    noUp('packages-below-examples', '^packages/(?!testing/)', '^(examples|bench)/'),
    ...floors
      .slice(0, -1)
      .map((names, i) => noUp(`floor-${i}`, inPackage(names), inPackage(floors.slice(i + 1).flat()))),
    ...Object.entries(rooms).flatMap(([root, folders]) =>
      folders
        .slice(0, -1)
        .map((folder, i) =>
          noUp(`${root}/${folder}`, `^${root}/${folder}/`, `^${root}/(${folders.slice(i + 1).join('|')})/`),
        ),
    ),
  ],
  options: {
    tsPreCompilationDeps: true, // imports of types count
    tsConfig: { fileName: 'tsconfig.json' },
    exclude: { path: '(\\.test(-data)?\\.ts$|/dist/|/testing/|/conformance/)' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@alexnet/source', 'import', 'require', 'node', 'default', 'types'],
    },
  },
};
