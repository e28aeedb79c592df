/** Something that the command palette can do. */
export interface Entry {
  readonly group: "pages" | "channels" | "commands";
  readonly title: string;
  run(): void;
}

/** Entries whose title holds every word of the query, those that begin a word with it first. At most 50. */
export function matching(entries: readonly Entry[], query: string): readonly Entry[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const ranked = entries.flatMap((entry) => {
    const title = entry.title.toLowerCase();
    if (!words.every((word) => title.includes(word))) return [];
    const begins = words.filter((word) => ` ${title}`.includes(` ${word}`)).length;
    return [{ entry, begins }];
  });
  return ranked
    .toSorted((a, b) => b.begins - a.begins)
    .slice(0, 50)
    .map(({ entry }) => entry);
}
