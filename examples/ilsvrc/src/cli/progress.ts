import cliProgress from 'cli-progress';

/** A progress bar with a rate and the time left, on stderr; plain lines now and then where that is no terminal. */
export interface Progress {
  /** Work done so far, and a note to show beside it. */
  update(done: number, note?: string): void;
  /** Writes a line above the bar. */
  log(line: string): void;
  stop(): void;
}

const LINE_EVERY_MS = 15_000;
/** The rate shown is that of the last this many seconds. */
const RATE_WINDOW_S = 20;

/** Opens a bar over `total` units of work; `unit` is what the rate counts, `begun` what was done before. */
export function progress(
  label: string,
  total: number,
  { unit = 'images', begun = 0 }: { unit?: string; begun?: number } = {},
): Progress {
  const bars = new cliProgress.MultiBar({
    format: `  ${label} {bar} {percentage}%  {note}{rate} ${unit}/s  {left} left`,
    stream: process.stderr,
    hideCursor: true,
    barsize: 24,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    noTTYOutput: true,
    notTTYSchedule: LINE_EVERY_MS,
    gracefulExit: false,
    emptyOnZero: true,
  });
  const rate = recentRate(begun);
  const bar = bars.create(total, begun, { note: '', rate: '-', left: '-' });
  let isOpen = true;
  return {
    update(done, note = '') {
      const perSecond = rate(done);
      bar.update(Math.min(done, total), {
        note: note === '' ? '' : `${note}  `,
        rate: perSecond > 0 ? perSecond.toFixed(perSecond < 10 ? 1 : 0) : '-',
        left: perSecond > 0 ? duration((total - done) / perSecond) : '-',
      });
    },
    log(line) {
      bars.log(`${line}\n`);
      bars.update(); // steps of a training block the timer that would draw it
    },
    stop() {
      if (isOpen) bars.stop();
      isOpen = false;
    },
  };
}

function recentRate(begun: number): (done: number) => number {
  const marks = [{ at: performance.now(), done: begun }];
  return (done) => {
    const at = performance.now();
    marks.push({ at, done });
    while (marks.length > 2 && at - (marks[1]?.at ?? at) > RATE_WINDOW_S * 1000) marks.shift();
    const [oldest] = marks;
    if (!oldest || at - oldest.at < 200) return 0;
    return ((done - oldest.done) / (at - oldest.at)) * 1000;
  };
}

/** `3 s`, `2:05`, `1:02:05`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, i) => (i === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}
