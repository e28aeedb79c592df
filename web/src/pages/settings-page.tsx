import { HubFacts } from "../components/hub-facts.tsx";
import { PageHead } from "../components/page-head.tsx";
import { SettingsTabs } from "../components/settings-tabs.tsx";
import { TokensPanel } from "../components/tokens-panel.tsx";
import { texts } from "../texts.ts";

/** Tokens, and what this hub is. */
export function SettingsPage() {
  return (
    <>
      <PageHead title={texts.settings.title} />
      <SettingsTabs />
      <div className="grid grid-cols-1 items-start gap-3 xl:grid-cols-[minmax(0,1fr)_24rem]">
        <TokensPanel />
        <HubFacts />
      </div>
    </>
  );
}
