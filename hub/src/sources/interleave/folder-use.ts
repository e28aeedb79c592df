/** How often each folder of a set was shown. */
export class FolderUse {
  #counts: number[] = [];

  /** Begin anew for a set of another size; harmless for one of the same size. */
  resize(folders: number): void {
    if (this.#counts.length !== folders) this.#counts = Array<number>(folders).fill(0);
  }

  note(folder: number): void {
    const count = this.#counts[folder];
    if (count !== undefined) this.#counts[folder] = count + 1;
  }

  get samples(): number {
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  /** Folders shown so far of all there are: `3/12`. */
  get covered(): string {
    return `${this.#counts.filter((count) => count > 0).length}/${this.#counts.length}`;
  }

  get entropy(): number {
    return normalisedEntropy(this.#counts);
  }
}

/**
 * Shannon entropy of a distribution over its largest possible value: 0 when one takes all, 1 when all have
 * the same share. 0 for fewer than two.
 */
export function normalisedEntropy(counts: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0 || counts.length < 2) return 0;
  let entropy = 0;
  for (const count of counts) if (count > 0) entropy -= (count / total) * Math.log2(count / total);
  return Math.min(1, entropy / Math.log2(counts.length));
}
