import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/** Links of Markdown to files of `root`, and to headings in them, that lead nowhere: `page: link`. */
export function brokenLinks(root: string): string[] {
  const pages = globSync("**/*.md", {
    cwd: root,
    exclude: (path) => /(^|\/)(node_modules|dist|\.cache|data)$/.test(path),
  });
  return pages.flatMap((page) =>
    linksOf(readFileSync(join(root, page), "utf8"))
      .filter((link) => !leads(join(root, page), link))
      .map((link) => `${page}: ${link}`),
  );
}

/** Targets of links and pictures that are files; code is left out. */
function linksOf(markdown: string): string[] {
  const text = markdown.replace(/```[^]*?```/g, "").replace(/`[^`\n]*`/g, "`");
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link).filter((link) => !/^[a-z]+:/.test(link));
}

function leads(page: string, link: string): boolean {
  const [path = "", heading] = link.split("#", 2);
  const target = path === "" ? page : join(dirname(page), path);
  if (!existsSync(target)) return false;
  if (heading === undefined) return true;
  const file = statSync(target).isDirectory() ? join(target, "README.md") : target;
  return existsSync(file) && headingsOf(readFileSync(file, "utf8")).includes(heading);
}

/** Anchors as GitHub makes them: small letters, hyphens for spaces, no other signs. */
function headingsOf(markdown: string): string[] {
  return [...markdown.replace(/```[^]*?```/g, "").matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
    title
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
