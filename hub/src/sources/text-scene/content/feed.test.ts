import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_ITEMS, MAX_ITEM_LENGTH, feedTitles, looksLikeMarkup } from "./feed.ts";

const rss = (...items: readonly string[]) =>
  `<?xml version="1.0"?><rss version="2.0"><channel><title>Not this</title><image><title>Nor this</title></image>${items.join("")}</channel></rss>`;

describe("the titles of a feed", () => {
  it("come from RSS 2.0, in order, without the title of the channel", () => {
    expect(
      feedTitles(rss("<item><title>One</title><link>x</link></item>", "<item><link>y</link><title>Two</title></item>")),
    ).toEqual(["One", "Two"]);
  });

  it("come from Atom, also with a prefix", () => {
    expect(
      feedTitles(
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>No</title><entry><title type="html">A &amp;lt;b&gt;</title></entry></feed>',
      ),
    ).toEqual(["A"]);
    expect(feedTitles("<a:feed><a:title>No</a:title><a:entry><a:title>Yes</a:title></a:entry></a:feed>")).toEqual([
      "Yes",
    ]);
  });

  it("come from RSS 1.0, where items follow the channel", () => {
    expect(
      feedTitles(
        '<rdf:RDF><channel><title>No</title><items><rdf:li resource="a"/></items></channel><item rdf:about="a"><title>Yes</title></item></rdf:RDF>',
      ),
    ).toEqual(["Yes"]);
  });

  it.each<[string, string, string]>([
    ["CDATA", "<![CDATA[Fish & chips <now>]]>", "Fish & chips"],
    ["markup in CDATA", "<![CDATA[A <b>bold</b> claim]]>", "A bold claim"],
    ["escaped markup", "A &lt;i&gt;fine&lt;/i&gt; day", "A fine day"],
    ["character references", "caf&#233; &#x2014; &amp;#8217;s &hellip;", "café — ’s …"],
    ["a smaller-than sign", "1 &lt; 2", "1 < 2"],
    ["an unknown reference", "a &xxe; b &foo", "a &xxe; b &foo"],
    ["references to no character", "a&#0;b&#x110000;c&#xD800;d", "abc�d"],
    ["controls and directions", "a\u0000\u001b[2Jb\u202ec\u200bd", "a [2Jbcd"],
    ["white space", "\n   a \t\n b ", "a b"],
    ["nested elements", "a <em>b <strong>c</strong></em>", "a b c"],
    ["a comment", "a<!-- </title> -->b", "a b"],
  ])("are plain text: %s", (_what, title, expected) => {
    expect(feedTitles(rss(`<item><title>${title}</title></item>`))).toEqual([expected]);
  });

  it("do not mistake the title of a picture or of something else for that of the item", () => {
    expect(
      feedTitles(rss("<item><media:content><media:title>No</media:title></media:content><title>Yes</title></item>")),
    ).toEqual(["Yes"]);
  });

  it.each<[string, string, readonly string[]]>([
    ["nothing", "", []],
    ["lines", "just\nlines", []],
    ["another document", "<html><title>x</title></html>", []],
    ["an item without a title", rss("<item><link>x</link></item>", "<item><title>B</title></item>"), ["B"]],
    ["an empty title", rss("<item><title/></item>", "<item><title> </title></item>"), []],
    ["an item that is never closed", rss("<item><title>A</title>", "<item><title>B</title></item>"), ["A", "B"]],
    ["a title that is never closed", rss("<item><title>A</item>", "<item><title>B</title></item>"), ["B"]],
    ["an end that is cut off", "<rss><item><title>A</title></item><item><title>B</ti", ["A"]],
    ["a tag that is cut off", "<rss><item><title>A</title></item><item", ["A"]],
    ["a quote that is never closed", "<rss><a x='><item><title>A</title></item></rss>", ["A"]],
    ["a comment that is never closed", "<rss><item><title>A</title></item><!-- <item>", ["A"]],
    ["CDATA that is never closed", "<rss><item><title>A</title></item><item><title><![CDATA[B", ["A"]],
    ["capitals", "<RSS><ITEM><TITLE>A</TITLE></ITEM></RSS>", ["A"]],
    [">-signs in attributes", '<rss><item a="<title>no</title>"><title>A</title></item></rss>', ["A"]],
    ["items within comments", rss("<!-- <item><title>No</title></item> -->", "<item><title>A</title></item>"), ["A"]],
  ])("survive %s", (_what, xml, expected) => {
    expect(feedTitles(xml)).toEqual(expected);
  });

  it("do not expand what a document type declares", () => {
    const laughs = `<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]>${rss("<item><title>&lol2; &file;</title></item>")}`;
    expect(feedTitles(laughs)).toEqual(["&lol2; &file;"]);
  });

  it("are bounded in number and length", () => {
    const many = feedTitles(rss(...Array.from({ length: 500 }, (_, i) => `<item><title>${i}</title></item>`)));
    expect(many).toHaveLength(MAX_ITEMS);
    const [long] = feedTitles(rss(`<item><title>${"x".repeat(100_000)}</title></item>`));
    expect(long).toHaveLength(MAX_ITEM_LENGTH);
    expect(long?.endsWith("x…")).toBe(true);
  });

  it("take time in proportion to the document, however torn it is", () => {
    // Each would take minutes if an unfinished construct were searched for again and again.
    for (const piece of [
      "<item>",
      "<item><title>",
      "<!--",
      "<![CDATA[",
      "<a \"'>",
      "<a '",
      "<",
      "&#",
      "<item><title>]]>",
    ])
      feedTitles(piece.repeat(Math.floor(2_000_000 / piece.length)));
    expect(feedTitles(rss("<item><title>still here</title></item>"))).toEqual(["still here"]);
  });

  it("never throw and are clean, whatever comes", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "<item>",
        "</item>",
        "<title>",
        "</title>",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "&amp;",
        "&#x1F600;",
      ),
      fc.constantFrom("<entry>", "</entry>", "<", ">", "'", '"', "/", "<?", "\u0007", "\ud83d", "text "),
      fc.string({ unit: "binary", maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        for (const title of feedTitles(pieces.join(""))) {
          expect(title.length).toBeLessThanOrEqual(MAX_ITEM_LENGTH);
          expect(title).not.toMatch(/[\p{C}\p{M}\n]/u);
          expect(title.trim()).toBe(title);
          expect(title).not.toBe("");
        }
      }),
      { numRuns: 5000 },
    );
  });
});

describe("a text", () => {
  it("is markup when it begins like a document", () => {
    for (const text of ["<rss>", "\ufeff <?xml version='1.0'?>", "\n<!DOCTYPE x>"])
      expect(looksLikeMarkup(text)).toBe(true);
    for (const text of ["", "a line", "<3 love", "a <b>"]) expect(looksLikeMarkup(text)).toBe(false);
  });
});
