import { ArrowDownToLine } from "lucide-react";
import { ToggleGroup } from "radix-ui";
import { useLayoutEffect, useRef, useState } from "react";
import * as format from "../format.ts";
import { useLog, type LogLevel } from "../queries/log.ts";
import { texts } from "../texts.ts";
import { Button } from "./button.tsx";
import { classes } from "./classes.ts";
import { Panel } from "./panel.tsx";

const LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error"];
const tones = { debug: "text-muted", info: "text-text", warn: "text-warn", error: "text-stop" } as const;

/** The end of the hub's log, following along unless one scrolled up to read. */
export function LogPanel({ className }: { readonly className?: string }) {
  const [level, setLevel] = useState<LogLevel>("info");
  const { data: lines, error } = useLog(level);
  const list = useRef<HTMLOListElement>(null);
  const [following, setFollowing] = useState(true);
  const toEnd = () => list.current?.scrollTo({ top: list.current.scrollHeight });
  useLayoutEffect(() => {
    if (following) toEnd();
  }, [lines, following]);
  return (
    <Panel
      title={texts.log.title}
      className={classes("relative", className)}
      actions={
        <ToggleGroup.Root
          type="single"
          aria-label={texts.log.level}
          value={level}
          onValueChange={(value) => {
            if (value === "") return;
            setLevel(value as LogLevel);
            setFollowing(true);
          }}
          className="flex gap-px"
        >
          {LEVELS.map((name) => (
            <ToggleGroup.Item
              key={name}
              value={name}
              className="h-10 rounded-sm px-2 text-sm text-muted hover:text-text data-[state=on]:font-medium data-[state=on]:text-accent data-[state=on]:underline data-[state=on]:underline-offset-8"
            >
              {texts.log.levels[name]}
            </ToggleGroup.Item>
          ))}
        </ToggleGroup.Root>
      }
    >
      <ol
        ref={list}
        // Scrolls by keyboard as well.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        aria-label={texts.log.title}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) =>
          setFollowing(scrollHeight - scrollTop - clientHeight < 24)
        }
        className="mono h-80 flex-1 overflow-auto py-2 text-sm"
      >
        {lines?.map((line, index) => (
          <li key={`${line.time}-${index}`} className="flex gap-3 px-4 hover:bg-raised">
            <time
              dateTime={new Date(line.time).toISOString()}
              title={format.exactTime(line.time)}
              className="shrink-0 text-muted"
            >
              {format.clockTime(line.time)}
            </time>
            <span className={classes("w-11 shrink-0", tones[line.level])}>{line.level}</span>
            <span className="hidden w-20 shrink-0 truncate text-muted sm:block">{line.module}</span>
            <span className="min-w-0 break-words whitespace-pre-wrap">{line.message}</span>
          </li>
        ))}
        {lines?.length === 0 && <li className="px-4 font-sans text-muted">{texts.log.empty}</li>}
        {!lines && error && <li className="px-4 font-sans text-stop">{texts.log.failed}</li>}
      </ol>
      {!following && (
        <Button className="absolute right-4 bottom-4 shadow-raised" onClick={toEnd}>
          <ArrowDownToLine size={16} />
          {texts.log.toEnd}
        </Button>
      )}
    </Panel>
  );
}
