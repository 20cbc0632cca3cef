import { cpuCount } from '@alexnet/machine';
import { Command } from 'commander';
import { type Figure, shown } from './figure.js';
import { takenByOthers } from './machine-load.js';
import { peers } from './peers.js';
import type { Run } from './section.js';
import { sections } from './sections.js';

interface Options {
  json: boolean;
  rounds: string;
  python: string;
  compile: boolean;
}

const BUSY = 0.05; // of all processor time; with more, the figures are not the machine's

const command = new Command('bench')
  .description(
    'Measure what the engine reaches on this machine, compared with its SGEMM rate and other engines.',
  )
  .argument('[prefix]', 'only figures whose names begin with this, such as train or inference.ofSgemm', '')
  .option('--json', 'print one JSON object per line', false)
  .option('--rounds <n>', 'samples per figure', '7')
  .option('--python <command>', 'a Python that has torch', process.env.ALEXNET_BENCH_PYTHON ?? 'python3')
  .option('--no-compile', 'skip torch.compile, which takes a minute or two')
  .parse();
process.exitCode = await bench(command.args[0] ?? '', command.opts<Options>());

async function bench(prefix: string, { json, rounds: text, python, compile }: Options): Promise<number> {
  const rounds = Number(text);
  if (!Number.isInteger(rounds) || rounds < 1) {
    console.error(`--rounds must be a whole number >= 1, got ${text}.`);
    return 2;
  }
  const note = (line: string): void => console.error(line);
  const print = json ? (f: Figure) => console.log(JSON.stringify(f)) : (f: Figure) => console.log(row(f));
  await noteLoad(note);
  const others = peers(python, compile);
  const engine = await others.fresh('onednn');
  const wants = (name: string): boolean => name.startsWith(prefix);
  const run: Run = { engine, peers: others, threads: cpuCount(), rounds, wants, note };
  note(engine.name);
  let printed = 0;
  try {
    for (const section of sections) {
      if (!section.names(run).some(wants)) continue;
      note(`${section.title} ...`);
      for (const measured of (await section.measure(run)).filter(({ name }) => wants(name))) {
        print(measured);
        printed++;
      }
    }
  } finally {
    await Promise.all([engine.stop(), others.stop()]);
  }
  if (printed > 0) return 0;
  console.error(
    `prefix must be the beginning of a figure's name, such as train or layer.conv1a, got '${prefix}'.`,
  );
  return 2;
}

async function noteLoad(note: (line: string) => void): Promise<void> {
  const taken = await takenByOthers();
  const percent = `${Math.round(100 * taken)}% of processor time is taken by other programs`;
  note(taken > BUSY ? `${percent}: the figures will be lower than on an idle machine.` : `${percent}.`);
}

function row(f: Figure): string {
  const name = f.name.padEnd(42);
  if ('reason' in f) return `${name} ${'-'.padStart(10)}  ${f.reason}`;
  const range = f.n > 1 ? `${shown(f.min)} to ${shown(f.max)}, n = ${f.n}` : 'n = 1';
  return `${name} ${shown(f.value).padStart(10)} ${f.unit.padEnd(9)} ${range}`;
}
