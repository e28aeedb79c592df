import type { LiveFrame, LiveWish } from "@lightwell/wire/live.ts";
import { NewestTurn } from "./newest-turn.ts";
import { mergeWants, type Want } from "./wishes.ts";

/** A decoded picture; good only until the call returns. */
export interface Picture {
  readonly bitmap: ImageBitmap;
  readonly seq: number;
  /** ms since the epoch, by the hub's clock. */
  readonly capturedAt: number;
  readonly substitute: boolean;
}

/** A picture as it came. */
type Shot = Pick<LiveFrame, "format" | "bytes" | "seq" | "capturedAt" | "substitute">;

/** Where pictures of a channel are drawn. */
export interface Easel {
  draw(picture: Picture): void;
  /** What is drawn is of another channel of this name, or of an earlier run of the hub. */
  clear(): void;
}

interface Place {
  readonly want: Want;
  readonly easel: Easel;
}

/** Where this page shows pictures, and what it wants for that. */
export class Places {
  readonly #places = new Set<Place>();
  readonly #idOf = new Map<string, number>();
  readonly #turns = new Map<string, NewestTurn<{ readonly shot: Shot; readonly done: () => void }>>();

  /** Show a channel in one place until the returned function is called. */
  add(want: Want, easel: Easel): () => void {
    const place = { want, easel };
    this.#places.add(place);
    return () => void this.#places.delete(place);
  }

  /** Hear which channel a name stands for now: ids do not come again, so another one is another channel. */
  know(name: string, id: number): void {
    if (this.#idOf.get(name) === id) return;
    this.#idOf.set(name, id);
    this.#turns.delete(name);
    for (const { easel } of this.#of(name)) easel.clear();
  }

  get wishes(): LiveWish[] {
    return mergeWants([...this.#places].map(({ want }) => want));
  }

  /**
   * Draw a picture of a channel. A machine that decodes slower than they come leaves some out, never the newest, and
   * none is drawn after a newer one. `done` is called when it is drawn or cannot be; not when a newer one took its turn.
   */
  take(name: string, shot: Shot, done: () => void): void {
    let turn = this.#turns.get(name);
    if (!turn) this.#turns.set(name, (turn = new NewestTurn((item) => this.#show(name, item.shot).finally(item.done))));
    turn.take({ shot, done });
  }

  #of(name: string): Place[] {
    return [...this.#places].filter(({ want }) => want.name === name);
  }

  async #show(name: string, { format, bytes, seq, capturedAt, substitute }: Shot): Promise<void> {
    const places = this.#of(name);
    const id = this.#idOf.get(name);
    // A hidden page decodes nothing: when it is seen again it is sent the newest picture anew.
    if (places.length === 0 || document.visibilityState === "hidden") return;
    try {
      const bitmap = await createImageBitmap(new Blob([bytes], { type: `image/${format}` }));
      const isOver = this.#idOf.get(name) !== id;
      for (const place of isOver ? [] : places)
        if (this.#places.has(place)) place.easel.draw({ bitmap, seq, capturedAt, substitute });
      bitmap.close();
    } catch {
      // A picture that this browser cannot decode is left out; the next one may be good.
    }
  }
}
