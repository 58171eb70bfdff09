/** Image references for differential runs, assembled from pieces of the grammar. Many are then damaged. */

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const DOMAINS = [
  ...["docker.io", "index.docker.io", "registry-1.docker.io", "localhost", "localhost:5000", "ghcr.io", "LOCALHOST"],
  ...["[::1]", "[2001:db8::1]:5000", "[FE80::abcd]", "[]", "[fe80::1%eth0]", "[1.2.3.4]", "[::1]:", "[::1", "::1"],
  ...["127.0.0.1:80", "10.0.0.1", "Registry", "a.b", "a-.b", "-a.b", "a.-b", "a..b", "a.", ".a", "a_b.c", "a__b.c:1"],
  ...["xn--n3h.com", "host:", "host:0x1", "host:65536000", "h.h:1:2", "my_host", "docker.io:443", "Docker.io", "ſ.b"],
  ...["111122223333.dkr.ecr.us-east-1.amazonaws.com", "quay.io.evil.example", "http:", "https:/", "user@host.com"],
];
const COMPONENTS = [
  ...["nginx", "library", "a", "0", "my-app", "a--b", "a---b", "a_b", "a__b", "a___b", "a.b", "a..b", "a.-b", "a-_b"],
  ...[
    "-a",
    "a-",
    "_a",
    "a_",
    ".a",
    "a.",
    "",
    "A",
    "aB",
    "é",
    "a b",
    "a%20b",
    "..",
    "~a",
    "a\nb",
    "localhost",
    "docker.io",
  ],
  "1a3f5e7d9c1b3a5f7e9d1c3b5a7f9e1d3c5b7a9f1e3d5d7c9b1a3f5e7d9c1b3a",
];
const TAGS = ["latest", "1.25", "v1.2.3-alpine_x", "_", "5000", "", ".a", "-a", "a.", "A-Z", "a+b", "a/b", "é", "a:b"];
const ALGORITHMS = [
  ...["sha256", "sha384", "sha512", "SHA256", "Sha512", "sha1", "md5", "sha256+b64", "sha-256", "blake3", "", "1sha"],
];
const DIGEST_LENGTHS = [0, 1, 31, 32, 63, 64, 65, 95, 96, 97, 127, 128, 129];
const RUN_LENGTHS = [2, 31, 63, 64, 65, 118, 119, 126, 127, 128, 129, 239, 240, 246, 247, 248, 254, 255, 256, 300];
const CHARACTERS = [
  ..."abcxyzABCXYZ0189",
  ..."::::////@@@@....----____[]%+=~*?#$ \t\n\r\0\\\"'",
  ...["é", "İ", "ß", "K", "ı", "０", "／", "：", "\u200b", "\u2028", "🐳", "\ud800", "\u0130", "\ufeff"],
];

/** Yields references endlessly. */
export function* references(seed: number): Generator<string, never> {
  const random = randomNumbers(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const pick = <T>(values: readonly T[]): T => values[below(values.length)] as T;
  const chance = (share: number) => random() < share;

  const hex = (length: number) => {
    const digits = chance(0.9) ? "0123456789abcdef" : "0123456789abcdefABCDEFg";
    return Array.from({ length }, () => digits[below(digits.length)]).join("");
  };
  const word = () => Array.from({ length: 1 + below(6) }, () => pick([..."abcdefghij0123456789"])).join("");
  const component = () => (chance(0.6) ? word() : chance(0.9) ? pick(COMPONENTS) : "b".repeat(pick(RUN_LENGTHS)));
  const path = () => Array.from({ length: 1 + below(chance(0.05) ? 60 : 4) }, component).join("/");
  const digest = () => {
    const algorithm = chance(0.7) ? pick(["sha256", "sha384", "sha512"]) : pick(ALGORITHMS);
    const fitting = { sha256: 64, sha384: 96, sha512: 128 }[algorithm] ?? 64;
    return `${algorithm}${chance(0.97) ? ":" : ""}${hex(chance(0.7) ? fitting : pick(DIGEST_LENGTHS))}`;
  };
  const assembled = () => {
    const domain = chance(0.6) ? `${chance(0.8) ? pick(DOMAINS) : `${word()}.${word()}`}/` : "";
    const tag = chance(0.5) ? `:${chance(0.7) ? pick(TAGS) : word().repeat(1 + below(30))}` : "";
    return domain + path() + tag + (chance(0.35) ? `@${digest()}` : "");
  };
  const damaged = (text: string): string => {
    const at = below(text.length + 1);
    const to = Math.min(text.length, at + 1 + below(4));
    switch (below(8)) {
      case 0:
        return text.slice(0, at) + text.slice(to);
      case 1:
        return text.slice(0, at) + pick(CHARACTERS) + text.slice(at);
      case 2:
        return text.slice(0, at) + pick(CHARACTERS) + text.slice(to);
      case 3:
        return text.slice(0, at) + text.slice(at, to).toUpperCase() + text.slice(to);
      case 4:
        return text.slice(0, to) + text.slice(at);
      case 5:
        return text.slice(0, at) + pick(CHARACTERS).repeat(pick(RUN_LENGTHS)) + text.slice(at);
      case 6:
        return text.slice(0, at) + assembled().slice(below(8));
      default:
        return text.slice(0, at) + (text[at] ?? "a").repeat(pick(RUN_LENGTHS)) + text.slice(at);
    }
  };

  for (;;) {
    let text = chance(0.02) ? hex(pick([63, 64, 65])) : assembled();
    if (chance(0.03)) text = Array.from({ length: below(12) }, () => pick(CHARACTERS)).join("");
    while (chance(0.45)) text = damaged(text);
    yield text;
  }
}
