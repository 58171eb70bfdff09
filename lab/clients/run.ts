import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runProgram } from "../program";
import { checkAdmission } from "./check-admission";
import { checkBuildkit } from "./check-buildkit";
import { checkContainerd } from "./check-containerd";
import { checkGitops } from "./check-gitops";
import { checkKyverno } from "./check-kyverno";
import { checkSkopeo } from "./check-skopeo";
import { NotAvailable } from "./tools";

const CHECKS = { checkKyverno, checkAdmission, checkContainerd, checkSkopeo, checkBuildkit, checkGitops };

interface Answer {
  readonly outcome: "ok" | "not available" | "FAILED";
  readonly text: string;
}

async function answer(check: () => Promise<string>): Promise<Answer> {
  try {
    return { outcome: "ok", text: await check() };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { outcome: error instanceof NotAvailable ? "not available" : "FAILED", text };
  }
}

runProgram(async () => {
  const rows: string[] = [];
  for (const [name, check] of Object.entries(CHECKS)) {
    const { outcome, text } = await answer(check);
    console.log(`${outcome.padEnd(15)}${name}: ${text}`);
    rows.push(`| \`${name}\` | ${outcome} | ${text.replace(/\s+/g, " ").replaceAll("|", "\\|")} |`);
    if (outcome === "FAILED") process.exitCode = 1;
  }
  const date = new Date().toISOString().slice(0, 10);
  const title = "# Client configuration, checked by the clients";
  const text = [title, "", `Results of \`lab/clients/run.ts\`, ${date}.`, "", "| check | outcome | what it did |"];
  await writeFile(join(__dirname, "results.md"), [...text, "| --- | --- | --- |", ...rows, ""].join("\n"));
});
