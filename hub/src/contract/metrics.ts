export interface Counter<Label extends string = never> {
  add(amount?: number, labels?: Record<Label, string>): void;
}

export interface Gauge<Label extends string = never> {
  set(value: number, labels?: Record<Label, string>): void;
}

/** Prometheus metrics of one module. Names are snake_case without prefix; units are in the name (`_bytes`, `_seconds`). */
export interface Metrics {
  counter<Label extends string = never>(name: string, help: string, labels?: readonly Label[]): Counter<Label>;
  /** With `collect` the gauge is filled when it is scraped. */
  gauge<Label extends string = never>(
    name: string,
    help: string,
    labels?: readonly Label[],
    collect?: (gauge: Gauge<Label>) => void,
  ): Gauge<Label>;
}
