import type { ComponentProps } from "react";
import { classes } from "./classes.ts";

const looks = {
  primary: "bg-accent text-on-accent font-medium hover:brightness-110 disabled:opacity-60",
  plain: "border border-line bg-surface text-text hover:bg-raised",
  danger: "border border-line bg-surface text-stop hover:bg-raised",
  quiet: "text-muted hover:bg-raised hover:text-text",
  picture: "on-picture bg-black/50 hover:bg-black/75 backdrop-blur-sm",
} as const;

export interface ButtonProps extends ComponentProps<"button"> {
  readonly look?: keyof typeof looks;
  /** Square, for an icon; give it an `aria-label`. */
  readonly icon?: boolean;
}

/** A button, 40 px high so that a finger meets it. */
export function Button({ look = "plain", icon = false, className, type = "button", ...rest }: ButtonProps) {
  return (
    <button
      type={type}
      className={classes(
        "inline-flex h-10 shrink-0 items-center justify-center gap-2 rounded-md text-sm whitespace-nowrap transition-colors duration-150 select-none",
        icon ? "w-10" : "px-4",
        looks[look],
        className,
      )}
      {...rest}
    />
  );
}
