import { problem, type Problem } from "@lightwell/wire/api/monitor.ts";
import { texts } from "../texts.ts";

/** The hub refused, in its words. */
export class ApiError extends Error {
  readonly status: number;
  /** Which parts of what was sent are not right. */
  readonly errors: NonNullable<Problem["errors"]>;

  constructor(status: number, message: string, errors: Problem["errors"] = []) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.errors = errors;
  }
}

/** Something that checks a reply: a zod schema. */
interface Schema<T> {
  parse(value: unknown): T;
}

/** A JSON reply of the hub, checked. */
export async function getJson<T>(path: string, schema: Schema<T>, signal?: AbortSignal): Promise<T> {
  return read(await ask("GET", path, undefined, signal), schema);
}

/** Send JSON, get JSON, checked. */
export async function postJson<T>(path: string, body: unknown, schema: Schema<T>): Promise<T> {
  return read(await ask("POST", path, body), schema);
}

/** Change a part of something; the reply is the whole. */
export async function patchJson<T>(path: string, body: unknown, schema: Schema<T>): Promise<T> {
  return read(await ask("PATCH", path, body), schema);
}

/** Delete one thing. */
export async function remove(path: string): Promise<void> {
  await ask("DELETE", path);
}

/** A page that is older than the hub may not know what it says: how it differs helps no reader. */
async function read<T>(response: Response, schema: Schema<T>): Promise<T> {
  try {
    return schema.parse(await response.json());
  } catch (cause) {
    throw new Error(texts.misunderstood, { cause });
  }
}

async function ask(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  const response = await fetch(path, {
    method,
    credentials: "same-origin",
    headers: { accept: "application/json", ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  if (response.ok) return response;
  throw await refusalOf(response);
}

async function refusalOf(response: Response): Promise<ApiError> {
  try {
    const { detail, errors } = problem.parse(await response.json());
    return new ApiError(response.status, detail, errors);
  } catch {
    return new ApiError(response.status, `${response.status} ${response.statusText}`.trim());
  }
}
