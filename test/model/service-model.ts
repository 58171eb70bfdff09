import { modelOf, type Shape, shapeOf as shapeIn } from "../../local/emulator/model/model";

export { matches } from "../../local/emulator/model/check";
export type ModelShape = Shape;

export const shapeOf = (service: string, name: string): Shape => shapeIn(modelOf(service), name);
