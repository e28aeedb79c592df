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
      info: { title: "Lightwell", description: "One live hub for everything that glows.", version },
      components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
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
          response: { ...rest.response, default: anyError },
          security: access === "open" ? [] : [{ token: [] }],
          "x-access": access,
          "x-listeners": surface === "watch" ? ["public", "admin"] : ["admin"],
        },
      };
    },
  });
}
