import type { DeviceBackend, FromTower, NetworkAddress, ToTower } from '../protocol/messages.js';

/** Something that can compute a tower: a set of CPU cores, a GPU. */
export interface Device {
  /** Its name in errors and traces: 'onednn on a thread'. */
  readonly name: string;
  readonly backend: DeviceBackend;
  /**
   * What it shares with the host process: its memory, its machine, or only a network. Decides how two devices
   * are linked.
   */
  readonly shares: 'memory' | 'machine' | 'network';
  /** Present if it shares only a network. */
  readonly address?: NetworkAddress;
  /** Starts the program that runs a tower. */
  open(): TowerProgram;
}

/** The program of a tower, as the host process sees it. */
export interface TowerProgram {
  /** Its process id; absent for a thread of this process. */
  readonly pid?: number | undefined;
  /** The id of its run on the machine that serves it; absent on this machine. */
  readonly run?: string;
  post(message: ToTower): void;
  onMessage(listener: (message: FromTower) => void): void;
  /** Calls back once with the reason when the program has ended. */
  onEnd(listener: (reason: string) => void): void;
  /**
   * Ends it, whatever it is doing. Resolves once it is gone, or for a thread stuck inside a library, after a
   * second.
   */
  end(): Promise<void>;
}
