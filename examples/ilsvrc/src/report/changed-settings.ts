import { diffPresets, type Preset, presets } from '@alexnet/alexnet-model';
import { fieldLabel, valueText } from '../presets/field-text.js';
import type { RunSettings } from '../run/run-settings.js';
import type { ChangedSetting } from './changes-table.js';

/**
 * The settings in which a run differs from its preset: size and ablations of the network, training,
 * augmentation.
 */
export function changedSettings(settings: RunSettings, classes: number): ChangedSetting[] {
  const { preset: name, training, augmentation, precision } = settings;
  const { patience, microBatchSize, ...presetFields } = training;
  const preset = presets[name];
  const asRun: Preset = { ...preset, training: presetFields, augmentation };
  const differences = diffPresets(preset, asRun).map(({ path, a, b }) =>
    change(fieldLabel(path), a?.value, b?.value),
  );
  const runOnly = [
    ...(training.schedule.kind === 'plateau' ? [change('training.patience', undefined, patience)] : []),
    ...(microBatchSize === undefined ? [] : [change('training.microBatchSize', undefined, microBatchSize)]),
    ...(precision === undefined ? [] : [change('precision', undefined, precision)]),
  ];
  return [...networkChanges(settings, classes), ...differences, ...runOnly];
}

function networkChanges({ preset, width, switches }: RunSettings, classes: number): ChangedSetting[] {
  const { net } = presets[preset];
  const presetValues: Record<string, unknown> = { width: 1, classes: 1000, ...net };
  const runValues: Record<string, unknown> = { width, classes, ...switches };
  return Object.entries(runValues).flatMap(([name, value]) => {
    if (value === false) return [change(name, true, false)];
    return value === presetValues[name] ? [] : [change(name, presetValues[name], value)];
  });
}

function change(name: string, preset: unknown, run: unknown): ChangedSetting {
  return { name, preset: valueText(preset), run: valueText(run) };
}
