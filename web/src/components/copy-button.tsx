import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { toast } from "sonner";
import { texts } from "../texts.ts";
import { Button } from "./button.tsx";
import { copyText } from "./copy-text.ts";

/** Copies a text and says so. */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 1600);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    if (await copyText(text)) setCopied(true);
    else toast.error(texts.copyFailed);
  };
  return (
    <Button
      look="quiet"
      icon
      aria-label={copied ? texts.copied : `${texts.copy}: ${label}`}
      onClick={() => void copy()}
    >
      {copied ? <Check size={16} className="text-live" /> : <Copy size={16} />}
    </Button>
  );
}
