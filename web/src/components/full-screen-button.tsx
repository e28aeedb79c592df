import { Maximize, Minimize } from "lucide-react";
import { useFullScreen } from "../live/full-screen.ts";
import { texts } from "../texts.ts";
import { Button, type ButtonProps } from "./button.tsx";

/** Fills the screen with the page, where the browser can. */
export function FullScreenButton({ look = "quiet" }: Pick<ButtonProps, "look">) {
  const { full, toggle } = useFullScreen();
  if (!document.fullscreenEnabled) return null;
  const label = full ? texts.wall.exitFullscreen : texts.wall.fullscreen;
  return (
    <Button look={look} icon aria-label={label} title={`${label} (f)`} onClick={toggle}>
      {full ? <Minimize size={18} /> : <Maximize size={18} />}
    </Button>
  );
}
