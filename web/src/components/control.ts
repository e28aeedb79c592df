/** How a text field or a select looks. */
export const control =
  "h-10 w-full rounded-md border border-control bg-bg px-3 text-sm placeholder:text-muted aria-invalid:border-stop";
