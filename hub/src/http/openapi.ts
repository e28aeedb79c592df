import swagger from "@fastify/swagger";
import { problem } from "@lightwell/wire/api/monitor.ts";
import type { FastifyInstance } from "fastify";
import { jsonSchemaTransform } from "fastify-type-provider-zod";
import { z } from "zod";
import { PROBLEM_TYPE } from "./problems.ts";

const anyError = {
  description: "Any error: `code` says which.",
  content: { [PROBLEM_TYPE]: { schema: z.toJSONSchema(problem, { target: "draft-7", io: "input" }) } },
};

/** Describe all routes that come after at `/api/openapi.json`, each with who may call it and on which listener. */
export function addOpenApi(app: FastifyInstance, version: string): void {
  app.register(swagger, {
    openapi: {
      info: {
        title: "Lightwell",
        description: "One live hub for everything that glows.",
        version,
        license: { name: "MIT", url: "https://opensource.org/license/mit" },
      },
      // Relative: the hub that serves the description, by whatever name it was asked.
      servers: [{ url: "/" }],
      components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
    },
    transformObject(described) {
      if (!("openapiObject" in described)) return described.swaggerObject;
      const { openapiObject } = described;
      // A route of several methods gives all of them one and the same object.
      for (const [path, operations = {}] of Object.entries(openapiObject.paths ?? {}))
        for (const [method, operation] of Object.entries(operations))
          Object.assign(operations, { [method]: { ...(operation as object), operationId: operationId(method, path) } });
      return openapiObject;
    },
    transform(described) {
      const { schema, url } = jsonSchemaTransform(described);
      const { access = "admin", surface = "admin" } = described.route.config ?? {};
      const { params, ...rest } = (schema ?? {}) as { params?: unknown; response?: object };
      return {
        url,
        schema: {
          ...rest,
          // Routes that leave out their last part share the schema of those that have it.
          ...(params !== undefined && url.includes(":") && { params }),
          response: { ...rest.response, "4XX": anyError, default: anyError },
          security: access === "open" ? [] : [{ token: [] }],
          "x-access": access,
          "x-listeners": surface === "watch" ? ["public", "admin"] : ["admin"],
        },
      };
    },
  });
}

/** `GET /api/channels/{name}` → `getApiChannelsByName`. */
function operationId(method: string, path: string): string {
  const words = path.split(/[/_.-]/).filter(Boolean);
  return (
    method + words.map((word) => (word.startsWith("{") ? `By${capital(word.slice(1, -1))}` : capital(word))).join("")
  );
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
