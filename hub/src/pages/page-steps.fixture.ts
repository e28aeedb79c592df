import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { ADMIN_TOKEN } from "../testing/boot.ts";

/** Opens a page of the admin listener, logged in as its admin. */
export async function openAsAdmin(page: Page, adminUrl: string, path: string): Promise<void> {
  await page.goto(`${adminUrl}/login?token=${ADMIN_TOKEN}`);
  await page.getByRole("navigation", { name: "Main" }).waitFor();
  await page.goto(`${adminUrl}${path}`);
}

/** Says that the tab is hidden, as a browser does, since headless pages are always in front. */
export const setHidden = (page: Page, hidden: boolean): Promise<void> =>
  page.evaluate(
    `Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "${hidden ? "hidden" : "visible"}" });
     document.dispatchEvent(new Event("visibilitychange"))`,
  );

export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`)).toEqual([]);
}
