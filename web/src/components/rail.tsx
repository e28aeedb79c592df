import { NavLink } from "react-router";
import { sections } from "../pages/sections.ts";
import { texts } from "../texts.ts";
import { classes } from "./classes.ts";

/** The sections: at the left of a desk, along the bottom of a phone. */
export function Rail() {
  return (
    <nav
      aria-label={texts.shell.nav}
      className="fixed inset-x-0 bottom-0 z-20 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] md:inset-y-0 md:right-auto md:w-20 md:border-t-0 md:border-r md:pt-14"
    >
      <ul className="flex justify-around md:flex-col md:gap-1 md:p-2">
        {sections.map(({ path, title, Icon }) => (
          <li key={path} className="flex-1 md:flex-none">
            <NavLink
              to={path}
              className={({ isActive }) =>
                classes(
                  "flex h-14 flex-col items-center justify-center gap-1 rounded-md text-sm leading-none transition-colors duration-150",
                  isActive ? "text-accent md:bg-raised" : "text-muted hover:bg-raised hover:text-text",
                )
              }
            >
              <Icon size={20} aria-hidden="true" />
              {title}
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}
