const POLICY = [
  "default-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "style-src 'self'",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'self'",
].join("; ");

/** Sent with every reply. */
export function securityHeaders(listener: "public" | "admin"): Record<string, string> {
  return {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    // Links to other sites must not tell them our addresses, which can hold a token.
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=()",
    // Browsers complain of it on plain HTTP beyond loopback, which is where the public listener mostly is.
    ...(listener === "admin" && { "cross-origin-opener-policy": "same-origin" }),
    // Pictures of the public listener may be shown in pages of other sites, nothing of the admin one may.
    "cross-origin-resource-policy": listener === "admin" ? "same-origin" : "cross-origin",
  };
}
