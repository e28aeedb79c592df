import { tokenBody, type MadeToken } from "@lightwell/wire/api/access.ts";
import { SchemaForm } from "../forms/schema-form.tsx";
import { useMakeToken } from "../queries/tokens.ts";
import { texts } from "../texts.ts";

const NEW = { role: "producer" } as const;

/** Makes a token: name, role, channels. */
export function TokenForm({ onMade }: { onMade(made: MadeToken): void }) {
  const make = useMakeToken();
  return (
    <div className="p-4">
      <SchemaForm
        schema={tokenBody}
        value={NEW}
        submit={texts.settings.make}
        onSubmit={async (body) => onMade(await make.mutateAsync(body))}
        className="grid grid-cols-1 items-start gap-x-3 gap-y-2 md:grid-cols-3"
      />
    </div>
  );
}
