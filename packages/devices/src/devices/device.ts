import type { DeviceBackend, FromTower, NetworkAddress, ToTower } from '../protocol/messages.js';

/** Something that computes a tower: a set of CPU cores, a GPU. */
export interface Device {
  /** As errors and traces name it: 'onednn on a thread'. */
  readonly name: string;
  readonly backend: DeviceBackend;
  /** What it shares with the process that drives it: its memory, its machine, or only a network. It says how two devices talk. */
  readonly shares: 'memory' | 'machine' | 'network';
  /** Where it is served, if it shares only a network. */
  readonly address?: NetworkAddress;
  /** Starts the program that a tower lives in. */
  open(): TowerProgram;
}

/** The program of a tower, seen from the process that drives it. */
export interface TowerProgram {
  /** Its process; absent for a thread of this one. */
  readonly pid?: number | undefined;
  /** Its name where it is served; absent on this machine. */
  readonly run?: string;
  post(message: ToTower): void;
  onMessage(listener: (message: FromTower) => void): void;
  /** Calls back once, when it has ended, with the reason. */
  onEnd(listener: (reason: string) => void): void;
  /** Ends it, whatever it does; resolves once it is gone (a thread: or stays in a library's loop, out of reach). */
  end(): Promise<void>;
}
