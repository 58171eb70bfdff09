import type { Cloud } from "../../context";
import { assumeAsService } from "../../policy/assume-role";
import { publish } from "../sns/publish";
import { groupArn, SERVICE } from "./schedules";

/** Runs every one-time schedule that is due on the emulator's clock. */
export function runDueSchedules(cloud: Cloud): void {
  for (const account of cloud.store.accounts()) {
    for (const region of cloud.store.regionsOf(account)) runRegion(cloud, account, region);
  }
}

function runRegion(cloud: Cloud, account: string, region: string): void {
  const { schedules } = cloud.store.region(account, region);
  const due = [...schedules.values()]
    .filter(({ done, time }) => !done && time <= cloud.clock.now())
    .sort((left, right) => left.time - right.time);
  for (const schedule of due) {
    schedule.done = true;
    const source = { sourceArn: groupArn(account, region), sourceAccount: account };
    const { Arn, RoleArn, Input } = schedule.Target;
    const isOn = schedule.State === "ENABLED";
    const role = isOn ? assumeAsService(cloud, SERVICE, RoleArn, region, source) : undefined;
    if (role !== undefined && Input !== undefined) publish(cloud, role, Arn, Input);
    if (schedule.ActionAfterCompletion === "DELETE") schedules.delete(schedule.Name);
  }
}
