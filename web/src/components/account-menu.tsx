import { Check, CircleUser, LogOut } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { useLogOut, useSession } from "../queries/session.ts";
import { texts } from "../texts.ts";
import { THEMES, setTheme, useTheme, type Theme } from "../theme.ts";
import { Button } from "./button.tsx";

const item =
  "flex h-10 items-center gap-2 rounded-sm px-3 text-sm outline-none select-none data-[highlighted]:bg-raised data-[highlighted]:text-text";

/** Who is logged in, the theme, the way out. */
export function AccountMenu() {
  const session = useSession();
  const logOut = useLogOut();
  const theme = useTheme();
  return (
    // Not modal: the page need not be locked for a menu.
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <Button look="quiet" icon aria-label={texts.shell.account}>
          <CircleUser size={20} />
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={6}
          collisionPadding={8}
          className="z-40 w-60 rounded-md border border-line bg-surface p-2 shadow-raised"
        >
          {session && (
            <DropdownMenu.Label className="truncate px-3 py-2 text-sm text-muted">
              {texts.shell.loggedInAs(session.name ?? "", session.role)}
            </DropdownMenu.Label>
          )}
          <DropdownMenu.RadioGroup value={theme} onValueChange={(value) => setTheme(value as Theme)}>
            <DropdownMenu.Label className="px-3 py-1 text-sm text-muted">{texts.shell.theme}</DropdownMenu.Label>
            {THEMES.map((name) => (
              <DropdownMenu.RadioItem key={name} value={name} className={item}>
                <span className="w-4">
                  <DropdownMenu.ItemIndicator>
                    <Check size={16} className="text-accent" />
                  </DropdownMenu.ItemIndicator>
                </span>
                {texts.shell.themes[name]}
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
          <DropdownMenu.Separator className="my-2 h-px bg-line" />
          <DropdownMenu.Item className={item} onSelect={() => logOut.mutate()}>
            <LogOut size={16} aria-hidden="true" />
            {texts.shell.logOut}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
