import { Copy, X } from "lucide-react";
import { useEffect, useRef, useState, type PointerEvent } from "react";
import { createPortal } from "react-dom";
import { toast } from "sonner";
import { Button } from "../components/button.tsx";
import { classes } from "../components/classes.ts";
import { copyText } from "../components/copy-text.ts";
import { texts } from "../texts.ts";
import { extended, selectedBlocks, selectedText, type CellPlace, type Selection } from "./selection.ts";
import type { Place, TextDisplay } from "./text-display.ts";
import { isForPage } from "./use-keys.ts";

export interface SelectionLayerProps {
  readonly display: TextDisplay;
  readonly place: Place;
  /** What surrounds the scrolled text: what there is to do with a selection stands still in it. */
  readonly frame: HTMLElement;
}

/** Selects cells by mouse, finger, or shift and arrows. The picture stands still meanwhile. */
export function SelectionLayer({ display, place, frame }: SelectionLayerProps) {
  const [selection, setSelection] = useState<Selection>();
  const [from, setFrom] = useState<CellPlace>();
  const select = (next: Selection | undefined) => {
    setSelection(next);
    display.hold(next !== undefined);
  };
  // Cells of a grid of another size are other cells.
  const size = `${place.cols}×${place.rows}`;
  const [sizeBefore, setSizeBefore] = useState(size);
  if (size !== sizeBefore) {
    setSizeBefore(size);
    setSelection(undefined);
  }
  const held = selection !== undefined;
  useEffect(() => {
    if (!held) display.hold(false);
  }, [display, held]);

  const text = () => (selection && display.grid ? selectedText(display.grid, selection) : "");
  const copy = async () => {
    if (await copyText(text())) toast(texts.copied);
    else toast.error(texts.copyFailed);
  };
  useDocumentKeys({
    onKey(event) {
      if (!isForPage(event)) return false;
      if (event.key === "Escape" && selection) {
        select(undefined);
        return true;
      }
      if (event.key.toLowerCase() === "a" && (event.ctrlKey || event.metaKey)) {
        select({ anchor: { col: 0, row: 0 }, head: { col: place.cols - 1, row: place.rows - 1 } });
        return true;
      }
      const next = event.shiftKey ? extended(selection, event.key, place) : undefined;
      if (next) select(next);
      return next !== undefined;
    },
    onCopy(event) {
      if (!selection || !event.clipboardData) return;
      event.clipboardData.setData("text/plain", text());
      event.preventDefault();
    },
  });

  const cellAt = (event: PointerEvent<HTMLDivElement>): CellPlace => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    return {
      col: bounded(Math.floor((event.clientX - left) / place.cellWidth), place.cols),
      row: bounded(Math.floor((event.clientY - top) / place.cellHeight), place.rows),
    };
  };
  return (
    <>
      <div
        className={classes("absolute cursor-text select-none", place.scrolls ? "touch-auto" : "touch-pinch-zoom")}
        style={{
          left: place.left,
          top: place.top,
          width: place.cols * place.cellWidth,
          height: place.rows * place.cellHeight,
        }}
        onPointerDown={(event) => {
          // A finger moves a text that is larger than its room.
          if (event.button !== 0 || (place.scrolls && event.pointerType === "touch")) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setFrom(cellAt(event));
          select(undefined);
        }}
        onPointerMove={(event) => {
          if (!from) return;
          const head = cellAt(event);
          if (selection || head.col !== from.col || head.row !== from.row) select({ anchor: from, head });
        }}
        onPointerUp={() => setFrom(undefined)}
        onPointerCancel={() => setFrom(undefined)}
      >
        {selection &&
          selectedBlocks(selection, place.cols).map(({ left, top, right, bottom }) => (
            <span
              key={top}
              className="pointer-events-none absolute bg-white mix-blend-difference"
              style={{
                left: left * place.cellWidth,
                top: top * place.cellHeight,
                width: (right - left) * place.cellWidth,
                height: (bottom - top) * place.cellHeight,
              }}
            />
          ))}
      </div>
      {selection &&
        createPortal(
          <div
            role="status"
            className="on-picture absolute bottom-4 left-1/2 flex max-w-[calc(100%-24px)] -translate-x-1/2 items-center gap-1 rounded-md bg-black/80 py-1 pr-1 pl-4 text-sm"
          >
            <span className="mr-2">{texts.text.held}</span>
            <Button look="picture" onClick={() => void copy()}>
              <Copy size={16} aria-hidden="true" />
              {texts.copy}
            </Button>
            <Button
              look="picture"
              icon
              aria-label={texts.text.goOn}
              title={texts.text.goOn}
              onClick={() => select(undefined)}
            >
              <X size={16} />
            </Button>
          </div>,
          frame,
        )}
    </>
  );
}

function bounded(value: number, count: number): number {
  return Math.min(count - 1, Math.max(0, value));
}

interface DocumentKeys {
  /** True when the key was for us. */
  onKey(event: KeyboardEvent): boolean;
  onCopy(event: ClipboardEvent): void;
}

function useDocumentKeys(handlers: DocumentKeys): void {
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (latest.current.onKey(event)) event.preventDefault();
    };
    const onCopy = (event: ClipboardEvent) => latest.current.onCopy(event);
    document.addEventListener("keydown", onKey);
    document.addEventListener("copy", onCopy);
    return () => {
      document.removeEventListener("keydown", onKey);
      document.removeEventListener("copy", onCopy);
    };
  }, []);
}
