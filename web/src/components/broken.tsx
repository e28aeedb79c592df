import { Component, type ReactNode } from "react";
import { texts } from "../texts.ts";
import { Button } from "./button.tsx";

/** Shown in place of a page that threw: a defect of ours must not leave an empty window. */
export class Broken extends Component<{ readonly children: ReactNode }, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { readonly failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <main className="mx-auto flex max-w-md flex-col items-start gap-3 px-6 py-24">
        <h1 className="text-xl font-medium">{texts.broken.title}</h1>
        <p className="text-muted">{texts.broken.text}</p>
        <Button look="primary" onClick={() => location.reload()}>
          {texts.broken.reload}
        </Button>
      </main>
    );
  }
}
