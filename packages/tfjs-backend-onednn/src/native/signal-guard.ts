import { constants } from 'node:os';
import koffi from 'koffi';

/** Keeps signals away from a thread while oneDNN computes on it. */
export interface SignalGuard {
  /** Blocks all signals but a profiler's from now to the end of this turn of the event loop. */
  begin(): void;
  /** Runs an operation that no signal may interrupt, a profiler's included. */
  shield<T>(run: () => T): T;
}

/** The values of `how` of `pthread_sigmask`. */
const how = process.platform === 'darwin' ? { block: 1, set: 3 } : { block: 0, set: 2 };
/** Bytes of a `sigset_t`; 4 on macOS, 128 in glibc. */
const setBytes = 128;

/** Signals that a thread raises itself, by what it does. */
const ownSignals = ['SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGILL', 'SIGSEGV', 'SIGTRAP'] as const;
/** Sent to the thread that a sampling profiler such as V8's watches, a thousand times per second. */
const profilerSignal = 'SIGPROF' as const;

let guard: SignalGuard | undefined;

/**
 * The guard of the calling thread, if this version of oneDNN needs one: on x64, the float32 products of versions
 * before 3.11.2 use the stack pointer as an ordinary register that points into the heap, and a signal at that moment is
 * handled there, on top of other values (uxlfoundation/oneDNN#4845). Without the guard, resizing the terminal or
 * pressing Ctrl-C during training can corrupt memory.
 *
 * OpenMP's threads compute products as well. They inherit the mask of the thread that starts them, which is why every
 * operation calls `begin`: a signal that is sent to the process then goes to another of its threads. JavaScript's
 * handlers run when the event loop turns, with or without the guard.
 */
export function signalGuard(version: string): SignalGuard | undefined {
  if (process.arch !== 'x64' || isFixed(version)) return undefined;
  guard ??= makeGuard();
  return guard;
}

function isFixed(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  return major > 3 || (major === 3 && (minor > 11 || (minor === 11 && patch >= 2)));
}

function makeGuard(): SignalGuard {
  const libc = koffi.load(process.platform === 'darwin' ? '/usr/lib/libSystem.B.dylib' : 'libc.so.6');
  const setMask: (how: number, set: Uint8Array, old: Uint8Array | null) => number = libc.func(
    'int pthread_sigmask(int how, void* set, void* old)',
  );
  const empty: (set: Uint8Array) => number = libc.func('int sigemptyset(void* set)');
  const fill: (set: Uint8Array) => number = libc.func('int sigfillset(void* set)');
  const add: (set: Uint8Array, signal: number) => number = libc.func('int sigaddset(void* set, int signal)');
  const remove: (set: Uint8Array, signal: number) => number = libc.func(
    'int sigdelset(void* set, int signal)',
  );

  const most = new Uint8Array(setBytes);
  fill(most);
  for (const name of [...ownSignals, profilerSignal] as const) remove(most, constants.signals[name]);
  const profiler = new Uint8Array(setBytes);
  empty(profiler);
  add(profiler, constants.signals[profilerSignal]);

  const beforeTurn = new Uint8Array(setBytes);
  const beforeShield = new Uint8Array(setBytes);
  let isBlocking = false;
  const end = (): void => {
    setMask(how.set, beforeTurn, null);
    isBlocking = false;
  };
  return {
    begin() {
      if (isBlocking) return;
      isBlocking = true;
      setMask(how.block, most, beforeTurn);
      queueMicrotask(end);
    },
    shield(run) {
      setMask(how.block, profiler, beforeShield);
      try {
        return run();
      } finally {
        setMask(how.set, beforeShield, null);
      }
    },
  };
}
