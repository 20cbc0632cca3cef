import type { TrainEvent } from '@alexnet/sgd-momentum-trainer';
import type { Evaluation } from './evaluate-model.js';
import type { RunSettings } from './run-settings.js';

/** A line of `events.jsonl`. */
export type RunEvent =
  | { type: 'runBegin'; settings: RunSettings; versions: Record<string, string>; parameters: number }
  | { type: 'resume'; epoch: number; batch: number; step: number; versions: Record<string, string> }
  | TrainEvent
  | ({ type: 'evaluation' } & Evaluation);
