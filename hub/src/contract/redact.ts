/** An address fit for logs and lists: without user, password, query and fragment. What is no URL stays as it is. */
export function redactAddress(address: string): string {
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(address)?.[0];
  if (!scheme) return address;
  const rest = address.slice(scheme.length);
  const authority = rest.split(/[/?#]/, 1)[0] ?? "";
  // A password with an unescaped slash ends the authority early: what is no port is a secret.
  const at = /:(?!\d*$)/.test(authority.replace(/\[.*\]/, "")) ? rest.lastIndexOf("@") : authority.lastIndexOf("@");
  return `${scheme}${rest.slice(at + 1).split(/[?#]/, 1)[0] ?? ""}`;
}

/** Words of another program with the secrets of the addresses in them taken out. */
export function redactText(text: string): string {
  return text.replace(/[a-z][a-z0-9+.-]*:\/\/[^\s'"<>]+/gi, (address) => redactAddress(address));
}
