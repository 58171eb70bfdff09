import assert from "node:assert/strict";
import { type Outcome, RewriteReport } from "../../../component/rewrite/report";

describe("the report about rewritten images", () => {
  const log: string[] = [];
  const note = (line: string) => void log.push(line);

  async function reportOf(fill: (report: RewriteReport) => void): Promise<string[]> {
    log.length = 0;
    const report = new RewriteReport({ info: note, warn: note }, false);
    fill(report);
    await report.print();
    return [...log];
  }

  it("says nothing if there were no images", async () => {
    assert.deepEqual(await reportOf(() => undefined), []);
  });

  it("counts an image once, by what is most worth knowing, in whatever order it is seen", async () => {
    const outcomes: (Outcome & string)[] = [
      "rewritten",
      "in cache",
      "digest",
      "warned",
      "excluded",
      "not listed",
      "not covered",
    ];
    const see = (report: RewriteReport, outcome: Outcome) =>
      outcome === "rewritten" ? report.rewritten("a", "a -> b", async () => true) : report.kept("a", outcome);
    for (const [index, first] of outcomes.entries()) {
      const [alone] = await reportOf((report) => see(report, first));
      for (const other of outcomes.slice(index)) {
        for (const order of [
          [first, other],
          [other, first],
        ]) {
          const both = await reportOf((report) => order.forEach((outcome) => void see(report, outcome)));
          assert.deepEqual(both, [alone]);
        }
      }
    }
  });
});
