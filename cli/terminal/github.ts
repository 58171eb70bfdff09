const escaped = (text: string) => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const property = (text: string) => escaped(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

/** An annotation of a workflow run. Source: GitHub Actions, "Workflow commands", with its escapes. */
export function command(level: "error" | "warning" | "notice", title: string, text: string): string {
  return `::${level} title=${property(title)}::${escaped(text)}`;
}
