// needs: chromium
import { findProgram } from "../../../tools/programs.mjs";

/** The browser of this machine: Chromium or Chrome. */
export const CHROMIUM_PATH = findProgram("chromium") ?? "chromium";
