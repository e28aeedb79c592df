import type { Http } from "#contract/services.ts";
import { TEXT_BOUNDS } from "#picture/text-rendition.ts";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import type { SharedLook } from "./shared-look.ts";

const { minCols, maxCols, minRows, maxRows } = TEXT_BOUNDS;

const size = z.object({ width: z.int().min(minCols).max(maxCols), height: z.int().min(minRows).max(maxRows) });

/** `/ascii/size`, which the original's dashboard calls: the cells of viewers without a size of their own. */
export function addSizeRoutes(http: Http, look: SharedLook): void {
  http.routes("admin", (plain) => {
    const app = plain.withTypeProvider<ZodTypeProvider>();
    const answer = () => ({ width: look.size.cols, height: look.size.rows });
    app.get(
      "/ascii/size",
      {
        config: { access: "local" },
        schema: { summary: "Cells of the ASCII picture", tags: ["ascii"], response: { 200: size } },
      },
      async () => answer(),
    );
    app.post(
      "/ascii/size",
      {
        config: { access: "operator" },
        schema: { summary: "Set the cells of the ASCII picture", tags: ["ascii"], body: size, response: { 200: size } },
      },
      async ({ body: { width, height } }) => {
        look.size = { cols: width, rows: height };
        return answer();
      },
    );
  });
}
