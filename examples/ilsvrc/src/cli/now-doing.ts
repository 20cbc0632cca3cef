import { coloursFor } from './terminal.js';

const { dim } = coloursFor(process.stderr);

/** What is being done, on stderr: one line that changes, or one line each where that is no terminal. */
export interface NowDoing {
  show(what: string): void;
  /** Takes the line away. */
  end(): void;
}

/** Opens such a line. */
export function nowDoing(): NowDoing {
  const isLive = process.stderr.isTTY === true && !process.env.CI && process.env.TERM !== 'dumb';
  const clear = '\r\x1b[2K';
  return {
    show(what) {
      const line = `  ${what} ...`;
      process.stderr.write(
        isLive ? clear + dim(line.slice(0, (process.stderr.columns ?? 80) - 1)) : `${line}\n`,
      );
    },
    end() {
      if (isLive) process.stderr.write(clear);
    },
  };
}
