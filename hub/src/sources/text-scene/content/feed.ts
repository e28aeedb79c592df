import { cleanText } from "./plain-text.ts";

/** Most items taken from a feed or file, and the longest one, in UTF-16 units. */
export const MAX_ITEMS = 200;
export const MAX_ITEM_LENGTH = 300;

/**
 * Titles of the items of an RSS (0.9–2.0) or Atom document, in its order; none when it is neither.
 *
 * Not an XML parser: it looks for items and their titles and knows CDATA, comments and character references. It reads
 * no DTD, so entities that a document declares stay as they are written. Linear in the length of `xml`; what is torn
 * or malformed costs the items that it hits.
 */
export function feedTitles(xml: string): string[] {
  const titles: string[] = [];
  for (let at = 0; titles.length < MAX_ITEMS;) {
    const item = nextElement(xml, at, (name) => name === "item" || name === "entry" || /^\w{1,30}:entry$/.test(name));
    if (!item) break;
    // Of the same namespace: media:title and the like are titles of something else.
    const titleName = `${item.name.slice(0, item.name.indexOf(":") + 1)}title`;
    const title = nextElement(item.content, 0, (name) => name === titleName);
    const clean = title && cleanText(plain(title.content), MAX_ITEM_LENGTH);
    if (clean) titles.push(clean);
    at = item.end;
  }
  return titles;
}

/** True when a text looks like a document of markup, not like lines. */
export function looksLikeMarkup(text: string): boolean {
  return /^\s*<[?!a-z]/i.test(text.slice(0, 500));
}

interface Element {
  /** With its prefix, in lower case. */
  readonly name: string;
  readonly content: string;
  readonly end: number;
}

/** The next element of a wanted name; undefined when none is complete. */
function nextElement(xml: string, start: number, isWanted: (name: string) => boolean): Element | undefined {
  for (let at = start; ;) {
    const open = nextTag(xml, at);
    if (!open) return undefined;
    at = open.end;
    if (open.kind !== "open" || !isWanted(open.name)) continue;
    const { name } = open;
    for (let inside = open.end; ;) {
      const tag = nextTag(xml, inside);
      if (!tag) return undefined;
      // An element that was never closed ends where the next of its kind begins.
      if (tag.name === name && tag.kind !== "empty")
        return { name, content: xml.slice(open.end, tag.start), end: tag.kind === "close" ? tag.end : tag.start };
      inside = tag.end;
    }
  }
}

interface Tag {
  readonly kind: "open" | "close" | "empty";
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** The next tag from `at` on; comments, CDATA, declarations and instructions are passed over. */
function nextTag(xml: string, at: number): Tag | undefined {
  for (let start = xml.indexOf("<", at); start >= 0; start = xml.indexOf("<", at)) {
    const passed = opaque.find(([begin]) => xml.startsWith(begin, start));
    if (passed) {
      const end = xml.indexOf(passed[1], start + passed[0].length);
      if (end < 0) return undefined;
      at = end + passed[1].length;
      continue;
    }
    const end = endOfTag(xml, start);
    if (end < 0) return undefined;
    const name = /^<\/?([^\s/<>"'=]{1,64})/.exec(xml.slice(start, start + 70))?.[1];
    at = end;
    if (!name) continue;
    const kind = xml[start + 1] === "/" ? "close" : xml[end - 2] === "/" ? "empty" : "open";
    return { kind, name: name.toLowerCase(), start, end };
  }
  return undefined;
}

const opaque = [
  ["<!--", "-->"],
  ["<![CDATA[", "]]>"],
  ["<?", "?>"],
  ["<!", ">"],
] as const;

/** After the `>` of the tag that begins at `start`; one within quotes does not count, if they are closed. −1: none. */
function endOfTag(xml: string, start: number): number {
  let quote = "";
  for (let i = start + 1; i < xml.length; i++) {
    const character = xml[i] as string;
    if (quote) {
      if (character === quote) quote = "";
    } else if (character === '"' || character === "'") quote = character;
    else if (character === ">") return i + 1;
  }
  const end = xml.indexOf(">", start);
  return end < 0 ? -1 : end + 1;
}

/** The words of a title: CDATA unwrapped, tags taken out, references read twice since HTML in a title comes escaped. */
function plain(content: string): string {
  const text = content.slice(0, MAX_ITEM_LENGTH * 20).replace(/<!\[CDATA\[([^]*?)(?:\]\]>|$)/g, "$1");
  return withoutTags(decode(withoutTags(decode(text))));
}

function withoutTags(text: string): string {
  return text.replace(/<[/!?a-z][^<>]*>/gi, " ");
}

const named: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  ndash: "–",
  mdash: "—",
  hellip: "…",
  lsquo: "‘",
  rsquo: "’",
  ldquo: "“",
  rdquo: "”",
};

function decode(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi, (whole, decimal, hex, name) => {
    if (name) return named[String(name).toLowerCase()] ?? whole;
    const codePoint = decimal ? Number(decimal) : Number.parseInt(String(hex), 16);
    return codePoint > 0 && codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : "";
  });
}
