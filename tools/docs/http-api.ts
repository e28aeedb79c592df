import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../../hub/src/config.ts";
import { errorStatus } from "../../hub/src/contract/errors.ts";
import { startHub } from "../../hub/src/hub.ts";
import { LogBook } from "../../hub/src/log-book.ts";
import { modules } from "../../hub/src/modules.ts";
import { fieldRows, membersOf, row, table, typeOf, type JsonSchema } from "./json-schema.ts";

interface Operation {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly "x-access": string;
  readonly "x-listeners": readonly string[];
  readonly parameters?: ReadonlyArray<{
    readonly in: string;
    readonly name: string;
    readonly required?: boolean;
    readonly schema: JsonSchema;
    readonly description?: string;
  }>;
  readonly requestBody?: Body;
  readonly responses: Readonly<Record<string, Body>>;
}

interface Body {
  readonly content?: Readonly<Record<string, { readonly schema: JsonSchema }>>;
}

interface Described {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/** Ports that a hub opens beside its HTTP listeners are not needed to describe its routes. */
const quiet = {
  "http.publicHost": "127.0.0.1",
  "http.publicPort": 0,
  "http.adminPort": 0,
  "access.adminToken": "only-to-write-the-reference",
  "display.listen": false,
  "ascii-web.port": 0,
  "telnet.host": "127.0.0.1",
  "telnet.port": 0,
  "stats.port": 0,
};

/** The description that a hub of all modules gives of itself. */
async function describedRoutes(): Promise<Described[]> {
  const dataDir = mkdtempSync(join(tmpdir(), "lightwell-docs-"));
  const config = loadConfig(modules, { flags: { ...quiet, "hub.dataDir": dataDir } });
  const hub = await startHub(modules, config, { logBook: new LogBook("error", "silent") });
  try {
    const response = await fetch(`${hub.service("http")?.address("admin")}/api/openapi.json`);
    const { paths } = (await response.json()) as { paths: Record<string, Record<string, Operation>> };
    return Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([method]) => method !== "head")
        .map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
    );
  } finally {
    await hub.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

const who: Readonly<Record<string, string>> = {
  open: "everybody",
  local: "everybody while on loopback, then operators",
};

/** Every route with who may call it, what it takes and gives; and what every error means. */
export async function httpApiReference(): Promise<string> {
  const routes = await describedRoutes();
  const overview = routes.map(({ method, path, operation }) =>
    row(
      `\`${method} ${path}\``,
      operation.summary ?? "",
      who[operation["x-access"]] ?? operation["x-access"],
      operation["x-listeners"].join(", "),
    ),
  );
  const told = new Map<string, string>();
  return [
    "# HTTP API",
    "",
    "Generated from `/api/openapi.json`, which a running hub serves on its admin listener for programs that read OpenAPI.",
    "A token comes as `Authorization: Bearer <token>` or `?token=<token>`; browsers trade it for a session",
    "([access](../../hub/src/access)). `public` is port 8080, `admin` port 1978 ([http](../../hub/src/http)). WebSockets are in",
    "[wire-protocols.md](wire-protocols.md).",
    "",
    ...table(["route", "what", "who may", "listeners"], overview),
    "Everybody may ask what is open to everybody; a private channel still wants a viewer's token for it, and `/ingest` a",
    "producer's.",
    "",
    "## Errors",
    "",
    'Every error is `application/problem+json`: `{"type", "title", "status", "detail", "code"}`. `detail` names the thing and',
    "the remedy, for people; `code` is for programs. 429 and 503 may carry `Retry-After` in seconds.",
    "",
    ...table(
      ["code", "status"],
      Object.entries(errorStatus).map(([code, status]) => row(`\`${code}\``, String(status))),
    ),
    ...routes.flatMap((route) => section(route, told)),
  ].join("\n");
}

function section({ method, path, operation }: Described, told: Map<string, string>): string[] {
  const title = `${method} ${path}`;
  const parameters = (operation.parameters ?? []).map(({ name, in: place, required, schema, description }) =>
    row(`\`${name}\`${required ? "" : " (optional)"}`, place, typeOf(schema), description ?? schema.description ?? ""),
  );
  const takes = shapeOf(operation.requestBody);
  const gives = Object.entries(operation.responses).flatMap(([status, body]) => {
    const shape = shapeOf(body);
    return status === "default" || !shape ? [] : [{ status, shape }];
  });
  const details = [
    ...table(["parameter", "in", "type", "meaning"], parameters),
    ...(takes ? described("Takes JSON", takes, title, told) : []),
    ...gives.flatMap(({ status, shape }) => described(`Gives ${status}, JSON`, shape, title, told)),
  ];
  if (details.length === 0) return [];
  return [`## ${title}`, "", `${operation.summary ?? ""}.`, "", ...details];
}

const shapeOf = (body: Body | undefined) => body?.content?.["application/json"]?.schema;

function described(lead: string, schema: JsonSchema, title: string, told: Map<string, string>): string[] {
  const items = schema.items ?? schema;
  const list = schema.items ? ", a list of" : "";
  const rows = membersOf(items).flatMap((member) => fieldRows(member));
  if (rows.length === 0) return [`${lead}: ${typeOf(schema)}.`, ""];
  const key = rows.join("\n");
  const before = told.get(key);
  if (before) return [`${lead}${list}: as \`${before}\`.`, ""];
  told.set(key, title);
  return [`${lead}${list}:`, "", ...table(["field", "type", "meaning"], rows)];
}
