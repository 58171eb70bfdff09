import { checkAdmission } from "./check-admission";
import { checkBake } from "./check-bake";
import { checkBuildkit } from "./check-buildkit";
import { checkContainerd } from "./check-containerd";
import { checkKyverno } from "./check-kyverno";
import { checkSkopeo } from "./check-skopeo";
import { NotAvailable } from "./tools";

const checks = { checkKyverno, checkAdmission, checkContainerd, checkSkopeo, checkBuildkit, checkBake };

async function main(): Promise<void> {
  for (const [name, check] of Object.entries(checks)) {
    try {
      console.log(`ok             ${name}: ${await check()}`);
    } catch (error) {
      if (error instanceof NotAvailable) {
        console.log(`not available  ${name}: ${error.message}`);
      } else {
        console.log(`FAILED         ${name}: ${error instanceof Error ? error.message : error}`);
        process.exitCode = 1;
      }
    }
  }
}

void main();
