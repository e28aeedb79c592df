import { useEffect, useRef, type ReactNode } from "react";
import { classes } from "./classes.ts";

export interface DialogProps {
  readonly open: boolean;
  onClose(): void;
  /** Names the dialog for screen readers. */
  readonly label: string;
  readonly className?: string;
  readonly children: ReactNode;
}

/** The browser's own modal dialog: focus stays inside, Escape closes, the rest of the page is inert. */
export function Dialog({ open, onClose, label, className, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (!element) return;
    if (open && !element.open) element.showModal();
    if (!open && element.open) element.close();
  }, [open]);
  return (
    // A click beside it closes; the keyboard's way is Escape, which the browser brings.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={dialog}
      aria-label={label}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === event.currentTarget) event.currentTarget.close();
      }}
      className={classes(
        "m-auto max-h-[calc(100dvh-24px)] w-lg max-w-[calc(100vw-24px)] overflow-auto rounded-md border border-line bg-surface p-0 text-text shadow-raised",
        className,
      )}
    >
      {open && children}
    </dialog>
  );
}
