// Draws boxes and arrows as SVG, in the reader's own fonts.

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly lines?: readonly string[];
  readonly kind: "ours" | "aws" | "other";
}

export interface Arrow {
  readonly from: readonly [x: number, y: number];
  readonly to: readonly [x: number, y: number];
  /** Lines end above the arrow. */
  readonly label?: string;
  /** Where the label starts, from the middle of the arrow. Default: above it, centred. */
  readonly at?: readonly [dx: number, dy: number];
}

export interface Picture {
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
}

const COLOURS = {
  ours: { fill: "#efe7fd", stroke: "#7a4bd1" },
  aws: { fill: "#fff3e0", stroke: "#c96b00" },
  other: { fill: "#eef2f6", stroke: "#5b6b7b" },
} as const;
const INK = "#1f2328";
const SANS = "ui-sans-serif, system-ui, 'Segoe UI', Helvetica, Arial, sans-serif";

/** A picture on a white background, so that it is readable on dark pages too. */
export function draw({ title, width, height, boxes, arrows }: Picture): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">`,
    `<title>${escaped(title)}</title>`,
    `<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L10 5L0 10z" fill="${INK}"/></marker></defs>`,
    `<rect width="${width}" height="${height}" rx="10" fill="#ffffff"/>`,
    `<g font-family="${SANS}" fill="${INK}">`,
    ...boxes.map(box),
    ...arrows.map(arrow),
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

function box({ x, y, width, height, title, lines = [], kind }: Box): string {
  const { fill, stroke } = COLOURS[kind];
  const middle = x + width / 2;
  const first = y + height / 2 - lines.length * 8.5 + 5;
  return [
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="7" fill="${fill}" stroke="${stroke}"/>`,
    `<text x="${middle}" y="${first}" font-size="14" font-weight="600" text-anchor="middle">${escaped(title)}</text>`,
    ...lines.map(
      (line, index) =>
        `<text x="${middle}" y="${first + (index + 1) * 17}" font-size="12" text-anchor="middle">${escaped(line)}</text>`,
    ),
  ].join("\n");
}

function arrow({ from: [x1, y1], to: [x2, y2], label, at: [dx, dy] = [0, -7] }: Arrow): string {
  const line = `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${INK}" stroke-width="1.4" marker-end="url(#head)"/>`;
  const anchor = dx === 0 ? "middle" : "start";
  const [x, y] = [(x1 + x2) / 2 + dx, (y1 + y2) / 2 + dy];
  const lines = label?.split("\n") ?? [];
  const texts = lines.map((text, index) => {
    const last = lines.length - 1;
    return `<text x="${x}" y="${y - (last - index) * 17}" font-size="12" text-anchor="${anchor}">${escaped(text)}</text>`;
  });
  return [line, ...texts].join("\n");
}

export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
