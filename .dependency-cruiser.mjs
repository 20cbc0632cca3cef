// The order of rooms, checked by npm run lint: an import may only lead to a lower floor, and none leads in a circle.

/** Packages, the lowest floor first: a package imports only from floors below its own. */
const floors = [
  ['machine', 'native-backend'],
  ['validate', 'durable-files', 'tfjs-backend-onednn', 'tfjs-backend-torch'],
  [
    ...['random', 'lrn', 'overlapping-pool', 'grouped-conv', 'topk-metrics', 'sgd-momentum-trainer'],
    ...['backends', 'published-weights'],
  ],
  ['dropout', 'ten-crop', 'augment-pca', 'embedded-ilsvrc', 'locally-connected'],
  ['layers', 'imagenet-reader'],
  ['alexnet-model'],
  ['recipe', 'devices'],
];
/** Rooms (folders, or files at the root) inside a package, the lowest first. */
const rooms = {
  'packages/imagenet-reader/src': ['source/', 'prepared/', 'batches/', 'open-prepared'],
  'packages/tfjs-backend-onednn/src': [
    'library/',
    'native/',
    'values/',
    'backend',
    'shapes/',
    'plans/',
    'fusions/',
    'kernels/',
    'gradients',
    'register',
  ],
  'packages/tfjs-backend-torch/src': [
    'library/',
    'native/',
    'native-data',
    'backend',
    'operations/',
    'kernels/',
    'register',
  ],
  'packages/devices/src': ['protocol/', 'devices/', 'links/', 'trace/', 'tower/', 'two-towers'],
  'packages/sgd-momentum-trainer/src': ['optimizer/', 'checkpoints/', 'loop/'],
  'packages/alexnet-model/src': ['presets/', 'network', 'weights/', 'alexnet'],
  'examples/ilsvrc/src': [
    'cli/',
    'data/',
    'run/',
    'evaluate/',
    'classify/',
    'report/',
    'tensorboard/',
    'train/',
    'commands/',
    'program',
  ],
  'examples/cifar10/src': ['nets/', 'figures/', 'experiments/', 'program'],
};
/** Rooms that stand side by side: neither imports the other. */
const apart = [
  ['packages/imagenet-reader/src/batches/', 'packages/imagenet-reader/src/prepare/'],
  [
    'packages/tfjs-backend-onednn/src/install/',
    'packages/tfjs-backend-onednn/src/(values|plans|fusions|kernels)/',
  ],
];

const inPackage = (names) => `^packages/(${names.join('|')})/src/`;
const noUp = (name, from, to) => ({ name, severity: 'error', from: { path: from }, to: { path: to } });

export default {
  forbidden: [
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    noUp('packages-below-examples', '^packages/(?!testing/)', '^(examples|bench)/'),
    noUp('ilsvrc-below-campaign', '^examples/ilsvrc/', '^examples/(campaign|cifar10|tiny-imagenet)/'),
    noUp('campaign-below-its-users', '^examples/campaign/', '^examples/(cifar10|tiny-imagenet)/'),
    ...floors
      .slice(0, -1)
      .map((names, i) => noUp(`floor-${i}`, inPackage(names), inPackage(floors.slice(i + 1).flat()))),
    ...Object.entries(rooms).flatMap(([root, names]) =>
      names
        .slice(0, -1)
        .map((room, i) =>
          noUp(`${root}/${room}`, `^${root}/${room}`, `^${root}/(${names.slice(i + 1).join('|')})`),
        ),
    ),
    ...apart.flatMap(([a, b]) => [
      noUp(`${a} apart`, `^${a}`, `^${b}`),
      noUp(`${b} apart`, `^${b}`, `^${a}`),
    ]),
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
