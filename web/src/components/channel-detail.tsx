import type { ChannelInfo, ViewerInfo } from "@lightwell/wire/api/monitor.ts";
import { ArrowLeft, MonitorPlay, Trash2, Type } from "lucide-react";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { toast } from "sonner";
import { publishCommands, watchLinks } from "../commands.ts";
import { isIll, shownHealth } from "../live/shown-health.ts";
import { removeChannel } from "../queries/actions.ts";
import { useWatchUrl } from "../queries/hub.ts";
import { texts } from "../texts.ts";
import { Button } from "./button.tsx";
import { ChannelFacts } from "./channel-facts.tsx";
import { ChannelGraphs } from "./channel-graphs.tsx";
import { ChannelSettingsForm } from "./channel-settings-form.tsx";
import { CommandLine } from "./command-line.tsx";
import { ConfirmDialog } from "./confirm-dialog.tsx";
import { DetailPart } from "./detail-part.tsx";
import { LivePicture } from "./live-picture.tsx";
import { RenditionList } from "./rendition-list.tsx";
import { SourceList } from "./source-list.tsx";
import { ViewersTable } from "./viewers-table.tsx";

const PREVIEW_FPS = 15;

export interface ChannelDetailProps {
  readonly channel: ChannelInfo;
  /** Of the whole hub. */
  readonly viewers: readonly ViewerInfo[];
}

/** All that is known of one channel, and what can be done with it. */
export function ChannelDetail({ channel, viewers }: ChannelDetailProps) {
  const { name } = channel;
  const url = useWatchUrl();
  const [asking, setAsking] = useState(false);
  const navigate = useNavigate();
  const own = viewers.filter((viewer) => viewer.channel === name);
  const remove = () =>
    void removeChannel(name).then(
      () => {
        toast(texts.channels.removed(name));
        void navigate("/channels");
      },
      (error: Error) => toast.error(texts.failed(error.message)),
    );
  return (
    <section
      aria-label={texts.channels.detail(name)}
      className="min-w-0 overflow-hidden rounded-md border border-line bg-surface xl:sticky xl:top-18 xl:max-h-[calc(100dvh-9.25rem)] xl:overflow-y-auto"
    >
      <div className="flex items-center gap-2 py-2 pr-2 pl-4">
        <Link
          to="/channels"
          aria-label={texts.channels.title}
          className="-ml-3 grid size-10 place-items-center rounded-md hover:bg-raised xl:hidden"
        >
          <ArrowLeft size={18} />
        </Link>
        <h2 className="min-w-0 truncate text-lg font-medium">{name}</h2>
        <Link
          to={`/text/${name}`}
          aria-label={channel.kind === "text" ? texts.text.open : texts.text.asText}
          title={channel.kind === "text" ? texts.text.open : texts.text.asText}
          className="ml-auto grid size-10 shrink-0 place-items-center rounded-md border border-line hover:bg-raised sm:flex sm:w-auto sm:gap-2 sm:px-4 sm:text-sm"
        >
          <Type size={16} aria-hidden="true" />
          <span className="hidden sm:block">{channel.kind === "text" ? texts.text.open : texts.text.asText}</span>
        </Link>
        <Link
          to={`/watch/${name}`}
          className="flex h-10 shrink-0 items-center gap-2 rounded-md border border-line px-4 text-sm hover:bg-raised"
        >
          <MonitorPlay size={16} aria-hidden="true" />
          {texts.channels.watch}
        </Link>
        <Button
          look="danger"
          icon
          aria-label={`${texts.channels.remove} ${name}`}
          title={texts.channels.remove}
          onClick={() => setAsking(true)}
        >
          <Trash2 size={16} />
        </Button>
      </div>
      <div className="relative aspect-video bg-black">
        <LivePicture
          name={name}
          fps={PREVIEW_FPS}
          label={texts.watch.picture(name)}
          stale={isIll(shownHealth(channel))}
        />
        {channel.kind === "none" && (
          <span className="absolute inset-0 grid place-items-center p-4 text-sm text-white">
            {channel.failing ? texts.noPicture : texts.waitingForPicture}
          </span>
        )}
      </div>
      <ChannelFacts channel={channel} />
      <DetailPart title={texts.channels.graphs}>
        <ChannelGraphs name={name} />
      </DetailPart>
      <DetailPart title={texts.channels.sources}>
        <SourceList channel={channel} />
      </DetailPart>
      {channel.settings && (
        <DetailPart title={texts.channels.settings}>
          <ChannelSettingsForm channel={channel} settings={channel.settings} />
        </DetailPart>
      )}
      <DetailPart title={texts.channels.renditions}>
        <RenditionList renditions={channel.renditions} />
      </DetailPart>
      <DetailPart title={`${texts.channels.viewers} (${own.length})`} flush>
        {own.length > 0 ? (
          <ViewersTable viewers={own} compact />
        ) : (
          <p className="px-4 text-sm text-muted">{texts.channels.noViewers}</p>
        )}
      </DetailPart>
      <DetailPart title={texts.channels.commands}>
        <div className="flex flex-col gap-3">
          {[...watchLinks(url, name), ...publishCommands(url, name)].map((command) => (
            <CommandLine key={command.label} {...command} />
          ))}
        </div>
      </DetailPart>
      <ConfirmDialog
        open={asking}
        title={texts.channels.removeTitle(name)}
        text={texts.channels.removeText(own.length)}
        action={texts.channels.remove}
        onConfirm={remove}
        onClose={() => setAsking(false)}
      />
    </section>
  );
}
