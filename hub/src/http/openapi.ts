import swagger from "@fastify/swagger";
import type { FastifyInstance } from "fastify";
import { jsonSchemaTransform } from "fastify-type-provider-zod";

/** Describe all routes that come after at `/api/openapi.json`. */
export function addOpenApi(app: FastifyInstance, version: string): void {
  app.register(swagger, {
    openapi: {
      info: { title: "Lightwell", description: "One live hub for everything that glows.", version },
      components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
    },
    transform(described) {
      const result = jsonSchemaTransform(described);
      const access = described.route.config?.access ?? "admin";
      return {
        ...result,
        schema: {
          ...result.schema,
          security: access === "open" ? [] : [{ token: [] }],
          "x-access": access,
        },
      };
    },
  });
}
