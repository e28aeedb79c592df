import type { MadeToken } from "@lightwell/wire/api/access.ts";
import type { TokenInfo } from "@lightwell/wire/api/monitor.ts";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { useSession } from "../queries/session.ts";
import { useRevokeToken, useTokens } from "../queries/tokens.ts";
import { texts } from "../texts.ts";
import { Button } from "./button.tsx";
import { CommandLine } from "./command-line.tsx";
import { ConfirmDialog } from "./confirm-dialog.tsx";
import { MadeTokenDialog } from "./made-token-dialog.tsx";
import { Panel } from "./panel.tsx";
import { RelativeTime } from "./relative-time.tsx";
import { TokenForm } from "./token-form.tsx";

/** Every token; make and revoke them. */
export function TokensPanel() {
  const { settings } = texts;
  const admin = useSession()?.role === "admin";
  const { data: tokens } = useTokens(admin);
  const revoke = useRevokeToken();
  const [leaving, setLeaving] = useState<TokenInfo>();
  const [made, setMade] = useState<MadeToken>();
  return (
    <Panel title={settings.tokens}>
      <p className="px-4 pt-4 text-sm text-muted">{admin ? settings.tokensLead : settings.onlyAdmin}</p>
      {admin && <TokenForm onMade={setMade} />}
      {admin && tokens?.length === 0 && (
        <div className="flex flex-col gap-3 border-t border-line p-4">
          <p className="text-sm text-muted">{settings.noTokens}</p>
          <CommandLine label={settings.byCommand} command="./lightwell token create --role producer --name camera" />
        </div>
      )}
      <ul>
        {tokens?.map((token) => (
          <li key={token.id} className="flex items-center gap-3 border-t border-line py-2 pr-2 pl-4 text-sm">
            <div className="min-w-0">
              <div className="truncate font-medium">{token.name}</div>
              <div className="flex flex-wrap gap-x-3 text-muted">
                <span>{token.role}</span>
                <span className="break-all">{token.channels?.join(", ") ?? settings.allChannels}</span>
                <span>
                  {settings.createdAt} <RelativeTime at={token.createdAt} />
                </span>
              </div>
            </div>
            <Button
              look="quiet"
              icon
              className="ml-auto"
              aria-label={`${settings.revoke} ${token.name}`}
              title={settings.revoke}
              onClick={() => setLeaving(token)}
            >
              <Trash2 size={16} />
            </Button>
          </li>
        ))}
      </ul>
      <ConfirmDialog
        open={leaving !== undefined}
        title={settings.revokeTitle(leaving?.name ?? "")}
        text={settings.revokeText}
        action={settings.revoke}
        onConfirm={() => {
          if (!leaving) return;
          revoke.mutate(leaving.id, {
            onSuccess: () => toast(settings.revoked(leaving.name)),
            onError: (error) => toast.error(texts.failed(error.message)),
          });
        }}
        onClose={() => setLeaving(undefined)}
      />
      <MadeTokenDialog made={made} onClose={() => setMade(undefined)} />
    </Panel>
  );
}
