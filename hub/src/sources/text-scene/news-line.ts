import { COVERED } from "./columns.ts";

/** A line of news as it is shown: `HARBOUR · words` or `Harbour: words` has a tag, others have none. */
export interface NewsLine {
  readonly tag: string;
  readonly words: string;
}

export function splitNews(line: string): NewsLine {
  const parts = /^(\S{2,16}(?: \S{1,12})?)(?: ·|:) (.+)$/u.exec(line);
  return { tag: parts?.[1] ?? "", words: parts?.[2] ?? line };
}

/** Words in lines of at most `width` characters; a longer word is broken. `limit` is the most lines wanted. */
export function wrap(text: string, width: number, limit = 1000): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split("\n")) {
    let line: string[] = [];
    for (const word of paragraph.split(" ")) {
      let rest = [...word];
      if (line.length > 0 && line.length + 1 + rest.length > width) {
        lines.push(line.join(""));
        line = [];
      }
      if (line.length > 0) line.push(" ");
      while (rest.length > width) {
        // Not between a wide character and the column that it covers, unless nothing else is left.
        const end = rest[width] === COVERED && width > 1 ? width - 1 : width;
        lines.push(rest.slice(0, end).join(""));
        rest = rest.slice(end);
      }
      line.push(...rest);
    }
    lines.push(line.join(""));
    if (lines.length >= limit) break;
  }
  return lines.slice(0, limit);
}
