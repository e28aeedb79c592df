import { useEffect, type ReactNode } from "react";
import { texts } from "../texts.ts";

/** The title of a page of the control room, and what can be done with the whole page. */
export function PageHead({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · ${texts.app}`;
  }, [title]);
  return (
    <div className="mb-3 flex min-h-10 items-center gap-3">
      <h1 className="text-xl font-medium">{title}</h1>
      <div className="ml-auto flex items-center gap-2">{children}</div>
    </div>
  );
}
