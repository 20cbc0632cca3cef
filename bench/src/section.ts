import type { Contestant } from './contestant.js';
import type { Figure } from './figure.js';
import type { Peers } from './peers.js';

/** What the sections need of a run. */
export interface Run {
  /** tfjs on our backend, in a process of its own. */
  engine: Contestant;
  peers: Peers;
  /** All threads of the machine. */
  threads: number;
  rounds: number;
  wants(name: string): boolean;
  note(line: string): void;
}

/** A part of the bench; `names` are the figures that it may give. */
export interface Section {
  title: string;
  names(run: Run): string[];
  measure(run: Run): Promise<Figure[]>;
}
