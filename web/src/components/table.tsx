import type { ReactNode } from "react";
import { classes } from "./classes.ts";

type Column =
  | string
  | {
      readonly title: string;
      /** At the right, over its figures. */
      readonly figure?: boolean;
      /** Its title is for screen readers only. */
      readonly hidden?: boolean;
      /** Left out on a phone; its cells are `wideCell`. */
      readonly wide?: boolean;
    };

/** A cell of a column that is left out on a phone. */
export const wideCell = "hidden sm:table-cell";

export interface TableProps {
  readonly label: string;
  readonly columns: readonly Column[];
  readonly children: ReactNode;
}

/** A table that scrolls sideways where it is too wide. Rows are written by those who use it. */
export function Table({ label, columns, children }: TableProps) {
  return (
    // Scrolls by keyboard as well; positioned, because words for screen readers would else widen the page.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="relative overflow-auto" tabIndex={0} aria-label={label}>
      <table className="figures w-full border-collapse text-sm">
        <thead>
          <tr className="text-left text-muted">
            {columns.map((column) => {
              const {
                title,
                figure = false,
                hidden = false,
                wide = false,
              } = typeof column === "string" ? { title: column } : column;
              return (
                <th
                  key={title}
                  scope="col"
                  className={classes("h-10 px-3 font-normal first:pl-4", figure && "text-right", wide && wideCell)}
                >
                  {hidden ? <span className="sr-only">{title}</span> : title}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}
