export { schedules as schedulerOperations } from "./schedules";
