import { z } from "zod";

// Import before any schema, in a browser: zod would otherwise try to compile by `new Function`, which a content
// security policy without `unsafe-eval` forbids and reports.
z.config({ jitless: true });
