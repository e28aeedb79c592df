import { texts } from "../texts.ts";

/** What the keys do. */
export function KeyList() {
  return (
    <details className="border-t border-line px-4 py-3 text-sm">
      <summary className="min-h-10 content-center font-medium">{texts.text.keysTitle}</summary>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 pt-1">
        {texts.text.keys.map(([keys, what]) => (
          <div key={keys} className="contents">
            <dt>
              <kbd className="rounded-sm border border-line px-1.5 whitespace-nowrap">{keys}</kbd>
            </dt>
            <dd className="text-muted">{what}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
