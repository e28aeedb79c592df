import { HubError } from "#contract/errors.ts";

/**
 * Open listeners one after the other, and those behind one whose port is in use too: people who have to move ports want
 * to hear of all of them at once.
 *
 * @throws {HubError} `port-in-use`, a line for each such listener; at once what any other failure threw.
 */
export async function openAll(opens: ReadonlyArray<() => Promise<void>>): Promise<void> {
  const busy: HubError[] = [];
  for (const open of opens) {
    try {
      await open();
    } catch (error) {
      if (!(error instanceof HubError) || error.code !== "port-in-use") throw error;
      busy.push(error);
    }
  }
  if (busy.length > 0)
    throw new HubError("port-in-use", busy.map(({ message }) => message).join("\n"), { cause: busy[0] });
}
