import { COLOUR_DEPTHS, GLYPH_SET_NAMES, USUAL_LOOK, type TextLook } from "@lightwell/wire/text/look.ts";
import { texts } from "../texts.ts";

export interface LookFieldsProps {
  readonly look: TextLook;
  onChange(change: TextLook): void;
}

/** With which glyphs and colours a picture is drawn. */
export function LookFields({ look, onChange }: LookFieldsProps) {
  const { glyphs, colours, glyphSets, depths } = texts.text;
  return (
    <>
      <Choice
        label={glyphs}
        keyName="g"
        value={look.glyphs ?? USUAL_LOOK.glyphs}
        options={GLYPH_SET_NAMES}
        words={glyphSets}
        onChange={(set) => onChange({ glyphs: set })}
      />
      <Choice
        label={colours}
        keyName="d"
        value={look.depth ?? USUAL_LOOK.depth}
        options={COLOUR_DEPTHS}
        words={depths}
        onChange={(depth) => onChange({ depth })}
      />
    </>
  );
}

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly keyName: string;
  readonly value: Value;
  readonly options: readonly Value[];
  readonly words: Readonly<Record<Value, string>>;
  onChange(value: Value): void;
}

function Choice<Value extends string>({ label, keyName, value, options, words, onChange }: ChoiceProps<Value>) {
  return (
    <select
      aria-label={label}
      title={`${label} (${keyName})`}
      value={value}
      onChange={(event) => {
        const next = options.find((option) => option === event.target.value);
        if (next !== undefined) onChange(next);
      }}
      className="pointer-events-auto h-10 min-w-0 flex-1 rounded-md border border-white/25 bg-black/60 px-2 text-sm text-white backdrop-blur-sm hover:bg-black/80 sm:flex-none"
    >
      {options.map((option) => (
        <option key={option} value={option}>
          {words[option]}
        </option>
      ))}
    </select>
  );
}
