import { list, required, string, structure } from "../../validation/shape";

/** Shapes that several operations of EventBridge's service model (API version 2015-10-07) share. */
export const name = string({ min: 1, max: 64, pattern: /^[.\-_A-Za-z0-9]+$/ });
export const eventBusName = string({
  min: 1,
  max: 1600,
  pattern: /^(?:arn:aws[\w-]*:events:[a-z]+-[a-z]+-[\w-]+:[0-9]{12}:event-bus\/)?[/.\-_A-Za-z0-9]+$/,
});
export const eventPattern = string({ max: 4096 });
export const arn = string({ min: 1, max: 1600 });
const tagKey = string({ min: 1, max: 128 });
export const tags = list(structure({ Key: required(tagKey), Value: required(string({ min: 0, max: 256 })) }));
export const tagKeys = list(tagKey);
