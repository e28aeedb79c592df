import { tokenBody, type MadeToken } from "@lightwell/wire/api/access.ts";
import { useState } from "react";
import { useMakeToken } from "../queries/tokens.ts";
import { texts } from "../texts.ts";
import { Button } from "./button.tsx";
import { control } from "./control.ts";
import { Field } from "./field.tsx";

type Role = MadeToken["role"];
const ROLES: readonly Role[] = tokenBody.shape.role.options;

/** Makes a token: name, role, channels. Checked by the schema that the hub uses. */
export function TokenForm({ onMade }: { onMade(made: MadeToken): void }) {
  const { settings } = texts;
  const make = useMakeToken();
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("producer");
  const [channels, setChannels] = useState("");
  const [faults, setFaults] = useState<{ name?: string; channels?: string }>({});
  const submit = () => {
    const list = channels.split(/[\s,]+/).filter(Boolean);
    const read = tokenBody.safeParse({ name, role, ...(list.length > 0 && { channels: list }) });
    if (!read.success) {
      const wrong = read.error.issues.find(({ path }) => path[0] === "channels");
      const named = read.error.issues.some(({ path }) => path[0] === "name");
      setFaults({
        ...(named && { name: settings.nameNeeded }),
        ...(wrong && { channels: settings.channelsWrong(list[Number(wrong.path[1])] ?? channels) }),
      });
      return;
    }
    setFaults({});
    make.mutate(read.data, {
      onSuccess: (made) => {
        setName("");
        setChannels("");
        onMade(made);
      },
    });
  };
  return (
    <form
      noValidate
      className="grid grid-cols-1 items-start gap-x-3 gap-y-2 p-4 md:grid-cols-3"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Field label={settings.name} hint={settings.nameHint} error={faults.name}>
        {(field) => (
          <input
            {...field}
            value={name}
            maxLength={80}
            autoComplete="off"
            onChange={(event) => setName(event.target.value)}
            className={control}
          />
        )}
      </Field>
      <Field label={settings.role} hint={settings.roles[role]}>
        {(field) => (
          <select {...field} value={role} onChange={(event) => setRole(event.target.value as Role)} className={control}>
            {ROLES.map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={settings.channelsField} hint={settings.channelsHint} error={faults.channels}>
        {(field) => (
          <input
            {...field}
            value={channels}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setChannels(event.target.value)}
            className={control}
          />
        )}
      </Field>
      <div className="flex items-center gap-3 md:col-span-3">
        <Button look="primary" type="submit" disabled={make.isPending}>
          {settings.make}
        </Button>
        {make.error && (
          <p role="alert" className="text-sm text-stop">
            {texts.failed(make.error.message)}
          </p>
        )}
      </div>
    </form>
  );
}
