import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { PROTOCOLS, type Protocol } from "./cases.ts";

export interface Options {
  readonly protocols: readonly Protocol[];
  /** Beginnings of names of links; none: all. */
  readonly only: readonly string[];
  /** How long a link is measured that neither changes nor breaks off. */
  readonly seconds: number;
  /** Folder of another commit that is measured beside this one. */
  readonly checkout: string | undefined;
  /** File for the results with all that each viewer saw: ms since the link began, age in ms. */
  readonly json: string | undefined;
}

/** Read the command line. Throws when it is not understood. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      protocol: { type: "string", multiple: true, default: [...PROTOCOLS] },
      only: { type: "string", multiple: true, default: [] },
      seconds: { type: "string", default: "8" },
      hub: { type: "string" },
      json: { type: "string" },
    },
  });
  const protocols = values.protocol.flatMap((list) => list.split(","));
  for (const name of protocols)
    if (!PROTOCOLS.some((known) => known === name))
      throw new Error(`there is no protocol ${name}: choose of ${PROTOCOLS.join(", ")}`);
  return {
    protocols: protocols as Protocol[],
    only: values.only.flatMap((list) => list.split(",")),
    seconds: Number(values.seconds),
    checkout: values.hub && resolve(values.hub),
    json: values.json && resolve(values.json),
  };
}
