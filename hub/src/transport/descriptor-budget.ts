import { readFileSync } from "node:fs";
import type { Socket } from "node:net";

/** Of an eighth of the limit, within these bounds, connections keep off: files, decoders and figures need some too. */
const [LEAST_KEPT, MOST_KEPT] = [64, 256];
/** This many of them are for those who come to look what is wrong. */
const FOR_OPERATORS = 16;

/**
 * Keeps connections from taking the last file descriptors of the process: without any even its own memory cannot be read,
 * and nobody can log in to see why.
 */
export class DescriptorBudget {
  readonly #most: number;
  /** Connections that found no room since the start. */
  refused = 0;
  readonly limit: number;
  #open = 0;

  /** @param limit file descriptors that the process may have */
  constructor(limit: number) {
    this.limit = limit;
    this.#most = limit - Math.min(MOST_KEPT, Math.max(LEAST_KEPT, limit / 8));
  }

  /** Count a connection until it closes. False: there is no room, and it is not counted. */
  admit(socket: Socket, { operator }: { readonly operator: boolean }): boolean {
    if (this.#open >= this.#most + (operator ? FOR_OPERATORS : 0)) {
      this.refused++;
      return false;
    }
    this.#open++;
    socket.once("close", () => this.#open--);
    return true;
  }
}

/** The limit of this process; where it is not known, none. */
function descriptorLimit(): number {
  try {
    const found = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"));
    return found ? Number(found[1]) : Infinity;
  } catch {
    return Infinity;
  }
}

/** That of this process, for all of its listeners. */
export const descriptors = new DescriptorBudget(descriptorLimit());
