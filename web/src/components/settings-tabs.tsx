import { NavLink } from "react-router";
import { texts } from "../texts.ts";
import { classes } from "./classes.ts";

const tabs = [
  { to: "/settings", title: texts.settings.tokens },
  { to: "/settings/configuration", title: texts.configuration.title },
] as const;

/** The parts of the settings, each with its address. */
export function SettingsTabs() {
  return (
    <nav aria-label={texts.settings.title} className="mb-3 flex gap-1 border-b border-line">
      {tabs.map(({ to, title }) => (
        <NavLink
          key={to}
          to={to}
          end
          className={({ isActive }) =>
            classes(
              "-mb-px flex h-10 items-center rounded-t-sm border-b-2 px-3 text-sm",
              isActive ? "border-accent font-medium text-text" : "border-transparent text-muted hover:text-text",
            )
          }
        >
          {title}
        </NavLink>
      ))}
    </nav>
  );
}
