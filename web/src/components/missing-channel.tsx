import { Link } from "react-router";
import { useSession } from "../queries/session.ts";
import { texts } from "../texts.ts";

export interface MissingChannelProps {
  readonly name: string;
  /** The address of this page, to come back to after logging in. */
  readonly here: string;
}

/** There is no such channel, or none for whoever looks: the hub says the same of both. */
export function MissingChannel({ name, here }: MissingChannelProps) {
  const role = useSession()?.role;
  const seesAll = role === "operator" || role === "admin";
  return (
    <>
      <p className="on-picture rounded-md bg-black/80 px-4 py-2 text-lg text-balance text-white">
        {seesAll ? texts.watch.gone(name) : texts.watch.goneOrPrivate(name)}
      </p>
      {role !== undefined && !seesAll && (
        <Link to="/login" state={{ to: here }} className="rounded-md bg-accent px-4 py-2 text-on-accent">
          {texts.login.submit}
        </Link>
      )}
    </>
  );
}
