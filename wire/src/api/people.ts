/** One row of who watches, as far as it says whose connection it is. */
interface Watching {
  readonly output: string;
  readonly remote: string;
  readonly name: string;
}

/** One row of each connection: a wall of twelve tiles is twelve rows and one who watches. */
export function peopleOf<T extends Watching>(viewers: Iterable<T>): T[] {
  const people = new Map<string, T>();
  for (const viewer of viewers) {
    const key = JSON.stringify([viewer.output, viewer.remote, viewer.name]);
    if (!people.has(key)) people.set(key, viewer);
  }
  return [...people.values()];
}
