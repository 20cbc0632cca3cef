import { cifar } from './cifar-section.js';
import { data } from './data-section.js';
import { devices } from './devices-section.js';
import { gpu } from './gpu-section.js';
import { eachLayer } from './layers-section.js';
import { machine } from './machine-section.js';
import { memory } from './memory-section.js';
import type { Section } from './section.js';
import { throughput } from './throughput-section.js';
import { trainer } from './trainer-section.js';

const all = (threads: number): number => threads;
const one = (): number => 1;

/** The bench, in the order in which it runs. */
export const sections: readonly Section[] = [
  machine,
  ...[128, 32, 1].map((batch) => throughput('train', batch, all)),
  throughput('train', 128, one),
  ...[128, 32, 1].map((batch) => throughput('inference', batch, all)),
  throughput('inference', 128, one),
  memory,
  eachLayer,
  cifar,
  data,
  trainer,
  devices,
  gpu,
];
