import type { ChannelInfo, ChannelSettings } from "@lightwell/wire/api/monitor.ts";
import { toast } from "sonner";
import { changeChannel } from "../queries/actions.ts";
import { useKnowledge } from "../queries/snapshot.ts";
import { texts } from "../texts.ts";
import { SecondsField } from "./seconds-field.tsx";
import { SelectField } from "./select-field.tsx";

export interface ChannelSettingsFormProps {
  readonly channel: ChannelInfo;
  readonly settings: ChannelSettings;
}

const NO_FALLBACK = "";

/** The settings of a channel. Each change acts at once and can be undone. */
export function ChannelSettingsForm({ channel, settings }: ChannelSettingsFormProps) {
  const { setting, visibilities, whenStalled, noFallback, frozenHint, stallWrong, frozenWrong } = texts.channels;
  const { snapshot } = useKnowledge();
  const others = snapshot?.channels.map(({ name }) => name).filter((name) => name !== channel.name) ?? [];
  const apply = <Key extends keyof ChannelSettings>(key: Key, value: ChannelSettings[Key]) => {
    const before = settings[key];
    if (before === value) return;
    const send = (to: ChannelSettings[Key]) =>
      changeChannel(channel, { [key]: to }).catch((error: Error) => toast.error(texts.failed(error.message)));
    void send(value);
    toast(texts.channels.changed(channel.name, setting[key]), {
      action: { label: texts.channels.undo, onClick: () => void send(before) },
    });
  };
  return (
    <div className="grid grid-cols-1 gap-x-3 sm:grid-cols-2">
      <SelectField
        label={setting.visibility}
        value={settings.visibility}
        options={visibilities}
        onChange={(value) => apply("visibility", value)}
      />
      <SelectField
        label={setting.whenStalled}
        value={settings.whenStalled}
        options={whenStalled}
        onChange={(value) => apply("whenStalled", value)}
      />
      <SecondsField
        label={setting.stallTimeoutMs}
        valueMs={settings.stallTimeoutMs}
        leastMs={500}
        wrong={stallWrong}
        onChange={(value) => apply("stallTimeoutMs", value)}
      />
      <SecondsField
        label={setting.frozenTimeoutMs}
        hint={frozenHint}
        valueMs={settings.frozenTimeoutMs}
        leastMs={0}
        wrong={frozenWrong}
        onChange={(value) => apply("frozenTimeoutMs", value)}
      />
      <SelectField
        label={setting.fallback}
        value={settings.fallback ?? NO_FALLBACK}
        options={{ [NO_FALLBACK]: noFallback, ...Object.fromEntries(others.map((name) => [name, name])) }}
        onChange={(value) => apply("fallback", value === NO_FALLBACK ? null : value)}
      />
    </div>
  );
}
