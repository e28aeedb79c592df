export * from "./text/grid.ts";
