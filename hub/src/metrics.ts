import { Counter as PromCounter, Gauge as PromGauge, type Registry } from "prom-client";
import type { Counter, Gauge, Metrics } from "#contract/metrics.ts";

/** Metrics of one module in a Prometheus registry, named `lightwell_<module>_<name>`. */
export function moduleMetrics(registry: Registry, module: string): Metrics {
  const full = (name: string) => `lightwell_${module.replaceAll("-", "_")}_${name}`;
  return {
    counter<Label extends string>(name: string, help: string, labels: readonly Label[] = []): Counter<Label> {
      const counter = new PromCounter({ name: full(name), help, labelNames: [...labels], registers: [registry] });
      return { add: (amount = 1, values) => (values ? counter.inc(values, amount) : counter.inc(amount)) };
    },
    gauge<Label extends string>(
      name: string,
      help: string,
      labels: readonly Label[] = [],
      collect?: (gauge: Gauge<Label>) => void,
    ): Gauge<Label> {
      const gauge = new PromGauge({
        name: full(name),
        help,
        labelNames: [...labels],
        registers: [registry],
        collect: () => {
          if (!collect) return;
          // Series of channels and viewers that are gone must not linger.
          gauge.reset();
          collect(adapter);
        },
      });
      const adapter: Gauge<Label> = { set: (value, values) => (values ? gauge.set(values, value) : gauge.set(value)) };
      return adapter;
    },
  };
}
