import type { SettingsSection } from "@lightwell/wire/api/settings.ts";

/** Sections with the settings that hold every word of the filter in name or meaning; without those that have none. */
export function chosenSections(
  sections: readonly SettingsSection[],
  filter: string,
  onlyChanged: boolean,
): readonly SettingsSection[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return sections.flatMap((section) => {
    const settings = section.settings.filter(({ key, description, origin }) => {
      const text = `${section.name}.${key} ${description}`.toLowerCase();
      return words.every((word) => text.includes(word)) && (!onlyChanged || origin !== "default");
    });
    return settings.length > 0 ? [{ ...section, settings }] : [];
  });
}
