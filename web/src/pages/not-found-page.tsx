import { useEffect } from "react";
import { Link } from "react-router";
import { Mark } from "../components/mark.tsx";
import { useHub } from "../queries/hub.ts";
import { texts } from "../texts.ts";

/** For an address that leads nowhere. */
export function NotFoundPage() {
  const hub = useHub();
  useEffect(() => {
    document.title = `${texts.notFound.title} · ${hub?.name ?? texts.app}`;
  }, [hub?.name]);
  return (
    <main id="content" className="mx-auto flex min-h-[80dvh] max-w-md flex-col justify-center gap-3 px-6">
      <Mark size={40} />
      <h1 className="pt-1 text-xl font-medium">{texts.notFound.title}</h1>
      <p className="text-muted">{texts.notFound.text}</p>
      <p>
        <Link
          to="/"
          className="inline-flex h-10 items-center rounded-md bg-accent px-4 text-sm font-medium text-on-accent"
        >
          {texts.notFound.home}
        </Link>
      </p>
    </main>
  );
}
