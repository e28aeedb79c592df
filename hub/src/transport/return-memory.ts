import { createRequire } from "node:module";
import type Koffi from "koffi";

/**
 * Let the C library give free memory back to the system (`malloc_trim`, glibc only; elsewhere nothing happens).
 * It keeps what Node and libvips freed in case they want it again: some 6 MB after the start.
 */
export function returnMemory(): void {
  if (process.platform !== "linux") return;
  try {
    const koffi = createRequire(import.meta.url)("koffi") as typeof Koffi;
    const trim = koffi.load("libc.so.6").func("int malloc_trim(size_t pad)") as (pad: number) => number;
    trim(0);
  } catch {
    // musl has no malloc_trim and needs none.
  }
}
