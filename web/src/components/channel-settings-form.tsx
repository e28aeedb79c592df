import { channelChange, type ChannelChange, type ChannelSettings } from "@lightwell/wire/api/channel-settings.ts";
import type { ChannelInfo } from "@lightwell/wire/api/monitor.ts";
import { toast } from "sonner";
import { fieldsOf } from "../forms/form-field.ts";
import { SchemaForm } from "../forms/schema-form.tsx";
import { changeChannel } from "../queries/actions.ts";
import { texts } from "../texts.ts";
import { ChannelSelect } from "./channel-select.tsx";

export interface ChannelSettingsFormProps {
  readonly channel: ChannelInfo;
  readonly settings: ChannelSettings;
}

/** The settings of a channel. Each change acts at once and can be undone. */
export function ChannelSettingsForm({ channel, settings }: ChannelSettingsFormProps) {
  const change = async (changes: ChannelChange) => {
    const before: ChannelChange = Object.fromEntries(
      Object.entries(settings).filter(([key]) => Object.hasOwn(changes, key)),
    );
    await changeChannel(channel, changes);
    const labels = fieldsOf(channelChange).flatMap(({ key, label }) => (Object.hasOwn(changes, key) ? [label] : []));
    toast(texts.channels.changed(channel.name, labels.join(", ")), {
      action: {
        label: texts.undo,
        onClick: () =>
          void changeChannel(channel, before).catch((error: Error) => toast.error(texts.failed(error.message))),
      },
    });
  };
  return (
    <SchemaForm
      schema={channelChange}
      value={settings}
      onChange={change}
      slots={{
        fallback: ({ control, value, onChange }) => (
          <ChannelSelect {...control} value={value} without={channel.name} onChange={onChange} />
        ),
      }}
      className="-my-2 divide-y divide-line"
    />
  );
}
