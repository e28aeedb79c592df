import { Suspense, lazy } from "react";
import type { TextChannelProps } from "../text/text-channel.tsx";

/** Loaded when a text is opened: those who watch pictures need none of it. */
const TextChannel = lazy(() => import("../text/text-channel.tsx"));

/** One channel as text. */
export function TextPage(props: TextChannelProps) {
  return (
    <Suspense fallback={<div className="h-dvh bg-black" aria-busy="true" />}>
      <TextChannel {...props} />
    </Suspense>
  );
}
