import type { Reporter, TestModule } from "vitest/node";

/** Lists the tests that failed at first and passed when they were tried again: each is a defect, of itself or of the hub. */
export default class SecondTryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const flaky = modules.flatMap((module) =>
      [...module.children.allTests("passed")]
        .filter((test) => test.diagnostic()?.flaky)
        .map((test) => `  ${module.relativeModuleId} > ${test.fullName}`),
    );
    if (flaky.length > 0) console.log(`\nPassed only at the second try, to be mended:\n${flaky.join("\n")}\n`);
  }
}
