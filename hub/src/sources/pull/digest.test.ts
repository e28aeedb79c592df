import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { digestAuthorization, parseChallenges } from "./digest.ts";

describe("challenges", () => {
  it("are read one after the other, with quoted commas and escapes", () => {
    expect(
      parseChallenges(String.raw`Basic realm="a, \"b\"", Digest realm="c", qop="auth, auth-int", nonce=n1, stale=TRUE`),
    ).toEqual([
      { scheme: "basic", fields: new Map([["realm", 'a, "b"']]) },
      {
        scheme: "digest",
        fields: new Map([
          ["realm", "c"],
          ["qop", "auth, auth-int"],
          ["nonce", "n1"],
          ["stale", "TRUE"],
        ]),
      },
    ]);
    expect(parseChallenges("Negotiate, Basic")).toEqual([
      { scheme: "negotiate", fields: new Map() },
      { scheme: "basic", fields: new Map() },
    ]);
  });

  it("of any bytes are read without a throw", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => void parseChallenges(text)),
      { numRuns: 2000 },
    );
  });
});

describe("an answer", () => {
  // RFC 7616, 3.9.1.
  const rfc7616 = {
    user: "Mufasa",
    password: "Circle of Life",
    method: "GET",
    uri: "/dir/index.html",
    count: 1,
    clientNonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
  };
  const challenge = (more: string) =>
    parseChallenges(
      `Digest realm="http-auth@example.org", qop="auth, auth-int", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"${more}`,
    );

  it.each([
    ["MD5", "8ca523f5e9506fed4657c9700eebdbec"],
    ["SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"],
  ])("with %s is that of RFC 7616", (algorithm, response) => {
    const answer = digestAuthorization(challenge(`, algorithm=${algorithm}`), rfc7616);
    expect(answer).toContain(`response="${response}"`);
    expect(answer).toContain("nc=00000001, ");
    expect(answer).toContain('opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"');
  });

  it("without qop is that of RFC 2069, with its errata", () => {
    const answer = digestAuthorization(
      parseChallenges('Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"'),
      { ...rfc7616, password: "CircleOfLife" },
    );
    expect(answer).toContain('response="1949323746fe6a43ef61f9606e7febea"');
    expect(answer).not.toContain("qop");
  });

  it("takes the strongest that is offered, and none that is not known", () => {
    const two = [...challenge(", algorithm=MD5"), ...challenge(", algorithm=SHA-256")];
    expect(digestAuthorization(two, rfc7616)).toContain("algorithm=SHA-256");
    expect(digestAuthorization(challenge(", algorithm=SHA-512-256"), rfc7616)).toBeUndefined();
    expect(digestAuthorization(parseChallenges('Basic realm="a"'), rfc7616)).toBeUndefined();
    expect(digestAuthorization(parseChallenges('Digest realm="a"'), rfc7616)).toBeUndefined();
  });

  it("does not let a name end its quotes", () => {
    const answer = digestAuthorization(challenge(""), { ...rfc7616, user: 'a"b\\' });
    expect(answer).toContain(String.raw`username="a\"b\\"`);
  });
});
