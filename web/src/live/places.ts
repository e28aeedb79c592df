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

interface Place {
  readonly want: Want;
  draw(picture: Picture): void;
}

/** Where this page shows pictures, and what it wants for that. */
export class Places {
  readonly #places = new Set<Place>();
  readonly #turns = new Map<string, NewestTurn<{ readonly shot: Shot; readonly done: () => void }>>();

  /** Show a channel in one place until the returned function is called. */
  add(want: Want, draw: (picture: Picture) => void): () => void {
    const place = { want, draw };
    this.#places.add(place);
    return () => void this.#places.delete(place);
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

  async #show(name: string, { format, bytes, seq, capturedAt, substitute }: Shot): Promise<void> {
    const places = [...this.#places].filter(({ want }) => want.name === name);
    // A hidden page decodes nothing: when it is seen again it is sent the newest picture anew.
    if (places.length === 0 || document.visibilityState === "hidden") return;
    try {
      const bitmap = await createImageBitmap(new Blob([bytes], { type: `image/${format}` }));
      for (const place of places) if (this.#places.has(place)) place.draw({ bitmap, seq, capturedAt, substitute });
      bitmap.close();
    } catch {
      // A picture that this browser cannot decode is left out; the next one may be good.
    }
  }
}
