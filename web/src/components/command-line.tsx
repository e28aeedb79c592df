import { CopyButton } from "./copy-button.tsx";

/** A command or address with what it does and a button to copy it. */
export function CommandLine({ label, command }: { readonly label: string; readonly command: string }) {
  return (
    <div className="min-w-0">
      <div className="mb-1 text-sm text-muted">{label}</div>
      <div className="flex items-center gap-1 rounded-md border border-line bg-bg pl-3">
        {/* Scrolls by keyboard as well: a long command must be readable. */}
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
        <code tabIndex={0} className="mono min-w-0 flex-1 overflow-x-auto py-2 text-sm whitespace-nowrap">
          {command}
        </code>
        <CopyButton text={command} label={label} />
      </div>
    </div>
  );
}
