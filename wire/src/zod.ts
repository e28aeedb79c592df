/** What schemas are made of, for those that see only `wire`: a form derives its fields from a schema. */
export { z } from "zod";
