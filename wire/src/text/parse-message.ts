import type { z } from "zod";

/** What became of a peer's text: the message, or what is wrong with it. */
export type Parsed<Message> =
  | { readonly ok: true; readonly message: Message }
  | { readonly ok: false; readonly code: "bad_json" | "bad_message" | "unknown_type"; readonly reason: string };

/** Reads a text message by a schema that tells messages apart by `type`. Never throws. */
export function parseWith<Schema extends z.ZodType>(schema: Schema, text: string): Parsed<z.output<Schema>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, code: "bad_json", reason: "the message is not JSON" };
  }
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, message: result.data };
  const unknown = result.error.issues.some((issue) => issue.code === "invalid_union" && issue.path[0] === "type");
  return { ok: false, code: unknown ? "unknown_type" : "bad_message", reason: reasonOf(result.error) };
}

/** The first complaint with its path, short enough to send back. */
export function reasonOf(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue === undefined ? "not valid" : `${issue.path.join(".") || "message"}: ${issue.message}`.slice(0, 300);
}
