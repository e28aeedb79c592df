import { Link } from "react-router";
import { texts } from "../texts.ts";

/** For an address that leads nowhere. */
export function NotFoundPage() {
  return (
    <main id="content" className="mx-auto flex max-w-md flex-col gap-3 px-6 py-24">
      <h1 className="text-xl font-medium">{texts.notFound.title}</h1>
      <p className="text-muted">{texts.notFound.text}</p>
      <Link to="/" className="text-accent underline">
        {texts.notFound.home}
      </Link>
    </main>
  );
}
