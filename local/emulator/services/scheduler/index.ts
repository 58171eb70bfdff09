import type { Operations } from "../../operation";
import * as schedules from "./schedules";

/** The operations of Amazon EventBridge Scheduler that the emulator knows: one-time schedules in the default group. */
export const schedulerOperations: Operations = {
  CreateSchedule: schedules.CreateSchedule,
  GetSchedule: schedules.GetSchedule,
  UpdateSchedule: schedules.UpdateSchedule,
  DeleteSchedule: schedules.DeleteSchedule,
};
