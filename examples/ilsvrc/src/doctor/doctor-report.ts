import type { BackendName } from '@alexnet/backends';
import type { coloursFor } from '../cli/terminal.js';
import { wrap } from '../cli/wrap.js';
import type { MachineLoad } from './machine-load.js';
import type { Rate } from './measure.js';
import type { NextFaster } from './next-faster.js';
import type { Probe } from './probe-backends.js';
import type { SpeedTest } from './speed-test.js';

/** The result of `alexnet doctor`, which --json prints unchanged. */
export interface DoctorReport {
  backends: Probe[];
  /** Absent if no backend works, or not the requested one. */
  chosen?: BackendName;
  why: string;
  /** Absent with --no-speed-test. */
  speed?: SpeedTest;
  /** The load before the speed test. */
  load?: MachineLoad;
  next?: NextFaster;
  versions: Record<string, string>;
}

type Colours = ReturnType<typeof coloursFor>;

const NAME_WIDTH = 12;

/** The report for a terminal of `columns`. */
export function doctorReport(report: DoctorReport, colours: Colours, columns: number): string {
  const { bold, dim, yellow } = colours;
  const text = (indent: number, content: string): string => wrap(content, columns, indent);
  const lines = [
    bold('Backends'),
    ...report.backends.map((probe) => backendLine(probe, report.chosen, colours, columns)),
  ];
  lines.push(`  ${dim(text(2, report.why))}`, '');
  if (report.speed && report.chosen) lines.push(...speedLines(report.speed, report.chosen, colours));
  if (report.load?.isBusy) lines.push(`  ${yellow(text(2, busyLine(report.load)))}`);
  if (report.speed) lines.push('');
  if (report.next) lines.push(...nextLines(report.next, colours));
  const { backend: _, threads: __, ...versions } = report.versions; // the table above has them
  for (const [name, value] of Object.entries(versions))
    lines.push(dim(`  ${name.padEnd(NAME_WIDTH)} ${value}`));
  return lines.join('\n');
}

function backendLine(
  probe: Probe,
  chosen: BackendName | undefined,
  colours: Colours,
  columns: number,
): string {
  const { bold, green, red, dim } = colours;
  const isChosen = probe.name === chosen;
  const mark = isChosen ? green('●') : probe.found ? dim('○') : red('×');
  const indent = 4 + NAME_WIDTH + 1;
  const name = probe.name.padEnd(NAME_WIDTH);
  const text = wrap(probe.found ? foundText(probe) : probe.reason, columns, indent);
  return `  ${mark} ${isChosen ? bold(name) : name} ${probe.found && !isChosen ? dim(text) : text}`;
}

function foundText({ device, threads, reason, adapters = [] }: Probe): string {
  const others =
    adapters.length > 1 ? `; adapters: ${adapters.map(({ name }, i) => `${i}: ${name}`).join(', ')}` : '';
  return `${device}, ${threads === 1 ? '1 thread' : `${threads} threads`}; ${reason}${others}`;
}

function speedLines(speed: SpeedTest, chosen: BackendName, { bold, dim }: Colours): string[] {
  const row = (label: string, rate: Rate): string[] => {
    const spread =
      rate.n === 1 ? 'one run' : `median, n ${rate.n}, ${digits(rate.low)} to ${digits(rate.high)}`;
    const value = `${digits(rate.median).padStart(7)} ${rate.unit.padEnd(8)}`;
    return [`  ${label.padEnd(16)} ${bold(value)}  ${dim(spread)}`, dim(`${' '.repeat(19)}${rate.of}`)];
  };
  return [
    bold(`Speed of ${chosen}`) + dim(` (${speed.seconds.toFixed(0)} s)`),
    ...row('matrix product', speed.matrixProduct),
    ...row('forward pass', speed.forward),
    ...row('training step', speed.training),
  ];
}

/** Three significant digits: 0.412, 5.37, 97.1, 741. */
function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function busyLine({ average, runnable, cpus }: MachineLoad): string {
  const others =
    runnable === undefined ? '' : `${runnable} other processes are running or waiting for a CPU, `;
  const [one, five] = average.map((value) => value.toFixed(1));
  return `These speeds are too low because the machine is busy (${others}load averages ${one} over 1 minute and ${five} over 5 minutes, ${cpus} CPUs).`;
}

function nextLines({ backend, commands, why }: NextFaster, { bold, cyan, dim }: Colours): string[] {
  return [
    bold('Next faster') + dim(`  ${backend}: ${why}`),
    ...commands.map((command) => `  ${cyan(command)}`),
    '',
  ];
}
