/** The sign of Lightwell: a well of light. */
export function Mark({ size = 24 }: { readonly size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true" className="mark shrink-0">
      <path d="M5 6h22l-4.2 19a4 4 0 0 1-3.9 3h-5.8a4 4 0 0 1-3.9-3z" fill="var(--accent)" />
      <path d="M5 6h22l-1.5 7h-19z" fill="#fff3dc" opacity="0.85" />
    </svg>
  );
}
