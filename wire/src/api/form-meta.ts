/**
 * What a schema may say of a field beside JSON Schema's own words. A form takes `title` as the label, `description` as
 * the hint, `x-placeholder` or else the first of `examples` as a placeholder, and the unit from the end of the name: `timeoutMs`, `maxBytes`.
 */
declare module "zod" {
  interface GlobalMeta {
    /** Words for people, by value of an enum. */
    "x-choices"?: Readonly<Record<string, string>>;
    /** As it is typed, where that is no value of the schema: a list's words with commas between. */
    "x-placeholder"?: string;
  }
}

export {};
