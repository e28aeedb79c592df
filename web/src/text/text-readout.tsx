import { useEffect, useState } from "react";
import * as format from "../format.ts";
import { texts } from "../texts.ts";
import type { TextFigures } from "./figures.ts";
import type { TextDisplay } from "./text-display.ts";

const RENEW_MS = 500;

/** How fast and how late the text is, in figures. */
export function TextReadout({ display }: { readonly display: TextDisplay }) {
  const [figures, setFigures] = useState<TextFigures>();
  useEffect(() => {
    const renew = () => setFigures(display.connection.meter.figures(performance.now()));
    renew();
    const timer = setInterval(renew, RENEW_MS);
    return () => clearInterval(timer);
  }, [display]);
  if (!figures) return null;
  const { figure } = texts.text;
  const ms = (value: number | undefined) => (value === undefined ? texts.unknown : texts.text.ms(value));
  return (
    <dl
      aria-label={texts.text.readout}
      className="on-picture figures absolute bottom-3 left-3 grid grid-cols-[auto_auto] gap-x-4 rounded-md bg-black/80 px-4 py-2 text-sm"
    >
      <Row name={figure.fps} value={String(figures.fps)} />
      <Row name={figure.roundTrip} value={ms(figures.roundTripMs)} />
      <Row name={figure.age} value={figures.quietMs === undefined ? texts.unknown : format.span(figures.quietMs)} />
      <Row name={figure.draw} value={ms(figures.drawMs)} />
      <Row name={figure.traffic} value={`${format.bytes(figures.bytesPerSecond)}/s`} />
      <Row name={figure.size} value={`${figures.cols} × ${figures.rows}`} />
    </dl>
  );
}

function Row({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <>
      <dt className="text-white/75">{name}</dt>
      <dd className="min-w-16 text-right">{value}</dd>
    </>
  );
}
