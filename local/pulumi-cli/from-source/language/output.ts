import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

/** Sends each line that a process prints to the engine, which shows it like the output of its own plugins. */
export async function logOutput({ stdout, stderr }: ChildProcess, engineAddress: string): Promise<void> {
  const engine = new EngineClient(engineAddress, credentials.createInsecure());
  await Promise.all([stdout, stderr].map((output) => output && logLines(output, engine)));
  engine.close();
}

async function logLines(output: Readable, engine: EngineClient): Promise<void> {
  for await (const line of createInterface({ input: output })) {
    if (line.trim() === "") continue;
    const request = new LogRequest();
    request.setSeverity(LogSeverity.INFO);
    request.setMessage(`${line}\n`);
    await new Promise<void>((resolve) => engine.log(request, () => resolve()));
  }
}
