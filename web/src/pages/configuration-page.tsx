import { ConfigurationHead } from "../components/configuration-head.tsx";
import { Configuration } from "../components/configuration.tsx";
import { PageHead } from "../components/page-head.tsx";
import { SettingsTabs } from "../components/settings-tabs.tsx";
import { chosenSections } from "../queries/chosen-sections.ts";
import { useAddressQuery } from "../components/use-address-query.ts";
import { useSettings } from "../queries/settings.ts";
import { texts } from "../texts.ts";

/** The configuration that the hub runs with, to be read. */
export function ConfigurationPage() {
  const { data, error } = useSettings();
  const [params, change] = useAddressQuery();
  const filter = params.get("q") ?? "";
  const onlyChanged = params.has("changed");
  const set = (key: string, value: string) =>
    change((query) => {
      if (value === "") query.delete(key);
      else query.set(key, value);
    });
  const sections = chosenSections(data?.sections ?? [], filter, onlyChanged);
  return (
    <>
      <PageHead title={texts.settings.title} />
      <SettingsTabs />
      <ConfigurationHead
        file={data?.file}
        filter={filter}
        onlyChanged={onlyChanged}
        onFilter={(value) => set("q", value)}
        onOnlyChanged={(only) => set("changed", only ? "1" : "")}
      />
      {error && <p className="py-4 text-sm text-stop">{texts.failed(error.message)}</p>}
      {data && sections.length === 0 && (
        <p className="py-4 text-sm text-muted">
          {onlyChanged && filter === "" ? texts.configuration.nothingChanged : texts.configuration.nothing}
        </p>
      )}
      {data && <Configuration sections={sections} />}
    </>
  );
}
