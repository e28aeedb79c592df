import { useEffect, useState } from "react";
import { Link } from "react-router";
import { Button } from "../components/button.tsx";
import { CommandLine } from "../components/command-line.tsx";
import { Field } from "../components/field.tsx";
import { Mark } from "../components/mark.tsx";
import { ApiError } from "../queries/api.ts";
import { useHub } from "../queries/hub.ts";
import { useLogIn, useSession } from "../queries/session.ts";
import { texts } from "../texts.ts";

/** Asks for a token. */
export function LoginPage() {
  const [token, setToken] = useState("");
  const logIn = useLogIn();
  const session = useSession();
  const hub = useHub();
  // On the public listener there is nothing to control: a token opens private channels.
  const watches = hub?.surface === "public";
  useEffect(() => {
    document.title = `${texts.login.title} · ${texts.app}`;
  }, []);
  return (
    <main id="content" className="mx-auto flex min-h-dvh w-full max-w-md flex-col justify-center gap-6 p-6">
      <div className="flex items-center gap-3">
        <Mark size={32} />
        <h1 className="min-w-0 truncate text-xl font-medium">{hub?.name ?? texts.app}</h1>
        {watches && (
          <Link to="/" className="ml-auto shrink-0 rounded-sm py-2 text-sm text-muted hover:text-text">
            {texts.notFound.home}
          </Link>
        )}
      </div>
      <form
        className="flex flex-col gap-4 rounded-md border border-line bg-surface p-6"
        onSubmit={(event) => {
          event.preventDefault();
          if (token.trim()) logIn.mutate(token.trim());
        }}
      >
        <p className="text-muted">
          {session && session.role !== "anonymous"
            ? texts.login.notEnough(session.role)
            : watches
              ? texts.login.watchLead
              : texts.login.lead}
        </p>
        <Field label={texts.login.token} error={logIn.error ? reasonOf(logIn.error) : undefined}>
          {(field) => (
            <input
              {...field}
              type="password"
              autoComplete="current-password"
              spellCheck={false}
              value={token}
              onChange={(event) => setToken(event.target.value)}
              className="mono h-10 w-full rounded-md border border-control bg-bg px-3"
            />
          )}
        </Field>
        <Button look="primary" type="submit" disabled={logIn.isPending}>
          {texts.login.submit}
        </Button>
      </form>
      <details className="text-sm text-muted">
        <summary className="rounded-sm py-2">{texts.login.lost}</summary>
        <div className="pt-2">
          <CommandLine
            label={texts.login.lostText}
            command={`./lightwell token create --role ${watches ? "viewer" : "admin"}`}
          />
        </div>
      </details>
    </main>
  );
}

function reasonOf(error: Error): string {
  if (!(error instanceof ApiError)) return texts.failed(error.message);
  if (error.status === 401) return texts.login.wrong;
  if (error.status === 429) return texts.login.tooMany;
  return texts.failed(error.message);
}
